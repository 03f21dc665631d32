/* The functions of BLAS and LAPACK that FAISS calls, passed on to NumPy's OpenBLAS.
 *
 * Each of the two wheels brings an OpenBLAS; NumPy's has 64-bit integers and names of its own. This library takes the
 * place of FAISS's: it widens the integers and calls NumPy's. All arguments are pointers, as Fortran passes them; `one`
 * is the length of a text, which Fortran's own functions expect behind the other arguments. */
#include <stdint.h>
#include <stdlib.h>

typedef int64_t wide;

/* A declaration without arguments fits every function: C passes what is given. */
#define ASK(name) extern void scipy_##name##_64_()
#define CALL(name) scipy_##name##_64_
#define W(name)                                                               \
    const int before __attribute__((cleanup(give_back))) = limit_threads(); \
    const wide w_##name = *name

static const size_t one = 1;

/* FAISS's own OpenBLAS counts threads as FAISS does; NumPy's has a number of its own, here lowered for one call. */
extern int omp_get_max_threads(void), omp_in_parallel(void);
extern int scipy_openblas_get_num_threads64_(void);
extern void scipy_openblas_set_num_threads64_(int);

static int limit_threads(void) {
    const int wanted = omp_in_parallel() ? 1 : omp_get_max_threads(), before = scipy_openblas_get_num_threads64_();
    if (wanted >= before) return 0;
    scipy_openblas_set_num_threads64_(wanted);
    return before;
}

static void give_back(const int *before) {
    if (*before) scipy_openblas_set_num_threads64_(*before);
}

/* Numbers of rows for pivots, which LAPACK writes or reads; NULL where there is no memory. */
static wide *widened(const int *numbers, wide count) {
    wide *copy = calloc(count > 0 ? count : 1, sizeof *copy);
    for (wide i = 0; copy && numbers && i < count; i++) copy[i] = numbers[i];
    return copy;
}

#define NO_MEMORY (-1000) /* LAPACK's own value for it is -1010, which says the same: the call has not been made */

#define GEMM(name, real)                                                                                              \
    ASK(name);                                                                                                        \
    void name##_(const char *transa, const char *transb, const int *m, const int *n, const int *k, const real *alpha, \
                 const real *a, const int *lda, const real *b, const int *ldb, const real *beta, real *c,             \
                 const int *ldc) {                                                                                    \
        W(m), w_n = *n, w_k = *k, w_lda = *lda, w_ldb = *ldb, w_ldc = *ldc;                                           \
        CALL(name)(transa, transb, &w_m, &w_n, &w_k, alpha, a, &w_lda, b, &w_ldb, beta, c, &w_ldc, one, one);         \
    }

GEMM(sgemm, float)
GEMM(dgemm, double)

ASK(sgemv);
void sgemv_(const char *trans, const int *m, const int *n, const float *alpha, const float *a, const int *lda,
            const float *x, const int *incx, const float *beta, float *y, const int *incy) {
    W(m), w_n = *n, w_lda = *lda, w_incx = *incx, w_incy = *incy;
    CALL(sgemv)(trans, &w_m, &w_n, alpha, a, &w_lda, x, &w_incx, beta, y, &w_incy, one);
}

ASK(ssyrk);
void ssyrk_(const char *uplo, const char *trans, const int *n, const int *k, const float *alpha, const float *a,
            const int *lda, const float *beta, float *c, const int *ldc) {
    W(n), w_k = *k, w_lda = *lda, w_ldc = *ldc;
    CALL(ssyrk)(uplo, trans, &w_n, &w_k, alpha, a, &w_lda, beta, c, &w_ldc, one, one);
}

ASK(sgeqrf);
void sgeqrf_(const int *m, const int *n, float *a, const int *lda, float *tau, float *work, const int *lwork,
             int *info) {
    W(m), w_n = *n, w_lda = *lda, w_lwork = *lwork;
    wide w_info = 0;
    CALL(sgeqrf)(&w_m, &w_n, a, &w_lda, tau, work, &w_lwork, &w_info);
    *info = (int)w_info;
}

ASK(sorgqr);
void sorgqr_(const int *m, const int *n, const int *k, float *a, const int *lda, float *tau, float *work,
             const int *lwork, int *info) {
    W(m), w_n = *n, w_k = *k, w_lda = *lda, w_lwork = *lwork;
    wide w_info = 0;
    CALL(sorgqr)(&w_m, &w_n, &w_k, a, &w_lda, tau, work, &w_lwork, &w_info);
    *info = (int)w_info;
}

#define GESVD(name, real)                                                                                            \
    ASK(name);                                                                                                       \
    void name##_(const char *jobu, const char *jobvt, const int *m, const int *n, real *a, const int *lda, real *s,  \
                 real *u, const int *ldu, real *vt, const int *ldvt, real *work, const int *lwork, int *info) {      \
        W(m), w_n = *n, w_lda = *lda, w_ldu = *ldu, w_ldvt = *ldvt, w_lwork = *lwork;                                \
        wide w_info = 0;                                                                                             \
        CALL(name)(jobu, jobvt, &w_m, &w_n, a, &w_lda, s, u, &w_ldu, vt, &w_ldvt, work, &w_lwork, &w_info, one, one); \
        *info = (int)w_info;                                                                                         \
    }

GESVD(sgesvd, float)
GESVD(dgesvd, double)

ASK(dsyev);
void dsyev_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
            const int *lwork, int *info) {
    W(n), w_lda = *lda, w_lwork = *lwork;
    wide w_info = 0;
    CALL(dsyev)(jobz, uplo, &w_n, a, &w_lda, w, work, &w_lwork, &w_info, one, one);
    *info = (int)w_info;
}

#define GETRF(name, real)                                                                  \
    ASK(name);                                                                             \
    void name##_(const int *m, const int *n, real *a, const int *lda, int *ipiv, int *info) { \
        W(m), w_n = *n, w_lda = *lda;                                                      \
        const wide count = w_m < w_n ? w_m : w_n;                                          \
        wide w_info = NO_MEMORY, *pivots = widened(NULL, count);                           \
        if (pivots) {                                                                      \
            CALL(name)(&w_m, &w_n, a, &w_lda, pivots, &w_info);                            \
            for (wide i = 0; i < count; i++) ipiv[i] = (int)pivots[i];                     \
        }                                                                                  \
        *info = (int)w_info;                                                               \
        free(pivots);                                                                      \
    }

GETRF(sgetrf, float)
GETRF(dgetrf, double)

#define GETRI(name, real)                                                                                      \
    ASK(name);                                                                                                 \
    void name##_(const int *n, real *a, const int *lda, const int *ipiv, real *work, const int *lwork, int *info) { \
        W(n), w_lda = *lda, w_lwork = *lwork;                                                                  \
        wide w_info = NO_MEMORY, *pivots = widened(ipiv, w_n);                                                 \
        if (pivots) CALL(name)(&w_n, a, &w_lda, pivots, work, &w_lwork, &w_info);                              \
        *info = (int)w_info;                                                                                   \
        free(pivots);                                                                                          \
    }

GETRI(sgetri, float)
GETRI(dgetri, double)

/* At most 11 numbers and 3 for each halving of the smaller side, times that side. */
ASK(sgelsd);
void sgelsd_(const int *m, const int *n, const int *nrhs, const float *a, const int *lda, float *b, const int *ldb,
             float *s, const float *rcond, int *rank, float *work, const int *lwork, int *iwork, int *info) {
    W(m), w_n = *n, w_nrhs = *nrhs, w_lda = *lda, w_ldb = *ldb, w_lwork = *lwork;
    const wide smaller = w_m < w_n ? w_m : w_n;
    wide w_rank = 0, w_info = NO_MEMORY, *numbers = widened(NULL, smaller * (11 + 3 * 32));
    if (numbers) {
        CALL(sgelsd)(&w_m, &w_n, &w_nrhs, a, &w_lda, b, &w_ldb, s, rcond, &w_rank, work, &w_lwork, numbers, &w_info);
        if (w_lwork == -1) iwork[0] = (int)numbers[0];
    }
    *rank = (int)w_rank;
    *info = (int)w_info;
    free(numbers);
}
