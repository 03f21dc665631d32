#!/bin/sh
# Signs, packs and notarises Findling.app: sh packaging/macos/sign.sh dist/Findling.app "Developer ID Application: NAME"
# Untested: nobody has run it yet. The notary's credentials are in the keychain, under the name FINDLING_NOTARY, put
# there once by: xcrun notarytool store-credentials FINDLING_NOTARY
set -eu

app=${1:?usage: sign.sh APP IDENTITY}
identity=${2:?usage: sign.sh APP IDENTITY}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
image=$(dirname -- "$app")/findling.dmg

# From the inside out: a signature covers what is in it. --deep would sign what it must not.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -u+x \) -print0 |
    xargs -0 -n 1 codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$identity"
codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$identity" "$app"
codesign --verify --strict --deep "$app"

hdiutil create -volname Findling -srcfolder "$app" -format UDZO -ov "$image"
codesign --force --timestamp --sign "$identity" "$image"
xcrun notarytool submit "$image" --keychain-profile FINDLING_NOTARY --wait
xcrun stapler staple "$image"
spctl --assess --type open --context context:primary-signature "$image"
