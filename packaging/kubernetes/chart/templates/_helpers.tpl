{{- define "findling.name" -}}
{{- printf "%s-findling" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "findling.labels" -}}
app.kubernetes.io/name: findling
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{- define "findling.selector" -}}
app.kubernetes.io/name: findling
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* An image by its digest: a tag could mean another program tomorrow. */}}
{{- define "findling.image" -}}
{{- $repository := required (printf "%s.repository is needed" .name) .image.repository -}}
{{- printf "%s@%s" $repository (required (printf "%s.digest is needed" .name) .image.digest) -}}
{{- end -}}

{{- define "findling.podSecurity" -}}
runAsNonRoot: true
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "findling.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
readOnlyRootFilesystem: true
{{- end -}}

{{/* What `findling import` reads: settings, without the keys, and the folders. */}}
{{- define "findling.export" -}}
{{- $settings := dict -}}
{{- if .Values.fleet.enabled -}}
{{- $flight := min 64 (mul 4 .Values.fleet.sglang.replicas) -}}
{{- $url := printf "http://%s-gateway:30000/v1" (include "findling.name" .) -}}
{{- $settings = dict "engine" "remote" "model" .Values.fleet.model "remote_url" $url "requests_in_flight" $flight -}}
{{- end -}}
{{- if .Values.vectors.url -}}
{{- $name := printf "%s_%s" .Release.Namespace .Release.Name | replace "-" "_" -}}
{{- $store := dict "vector_store" "milvus" "vector_store_url" .Values.vectors.url "vector_store_name" $name -}}
{{- $settings = merge $settings $store -}}
{{- end -}}
{{- if .Values.access.usersSecret -}}
{{- $settings = merge $settings (dict "keep_rights" true) -}}
{{- end -}}
{{- $settings = mergeOverwrite $settings .Values.settings -}}
{{- $folders := list -}}
{{- range .Values.documents -}}
{{- $folders = append $folders (dict "path" .path) -}}
{{- end -}}
{{- dict "format" "findling-export" "version" 1 "settings" $settings "folders" $folders | toPrettyJson -}}
{{- end -}}

{{- define "findling.environment" -}}
- {name: HOME, value: /var/lib/findling}
- {name: FINDLING_LIBRARY, value: /var/lib/findling/library}
- {name: FINDLING_DATA, value: /var/lib/findling/data}
- {name: FINDLING_CACHE, value: /var/lib/findling/cache}
{{- end -}}

{{- define "findling.mounts" -}}
- {name: library, mountPath: /var/lib/findling}
- {name: temporary, mountPath: /tmp}
{{- range .Values.documents }}
- {name: {{ printf "documents-%s" .name }}, mountPath: {{ .path | quote }}, readOnly: true}
{{- end }}
{{- if .Values.people.configMap }}
- {name: people, mountPath: /var/lib/extrausers, readOnly: true}
{{- end }}
{{- end -}}
