#!/bin/sh
# Makes an AppImage of an unpacked bundle: sh packaging/appimage/appimage.sh dist/findling-VERSION-linux-x86_64
# The folder is laid out here; appimagetool, which packs it, is no package of Debian's and must be on PATH.
set -eu

bundle=${1:?usage: appimage.sh BUNDLE}
name=$(basename -- "$bundle")
folder=$(dirname -- "$bundle")/$name.AppDir
id=org.findling.Findling

if ! command -v appimagetool >/dev/null 2>&1; then
    printf '%s\n' "findling: appimagetool is missing; see https://github.com/AppImage/appimagetool" >&2
    exit 3
fi
rm -rf -- "$folder"
mkdir -p -- "$folder/usr/bin"
cp -R -- "$bundle/findling" "$bundle/_internal" "$folder/usr/bin/"
cp -R -- "$bundle/share" "$folder/usr/share"
cp -- "$bundle/share/applications/$id.desktop" "$folder/"
cp -- "$bundle/share/icons/hicolor/256x256/apps/$id.png" "$folder/"
ln -s -- usr/bin/findling "$folder/AppRun"
ARCH=x86_64 appimagetool "$folder" "$(dirname -- "$bundle")/$name.AppImage"
