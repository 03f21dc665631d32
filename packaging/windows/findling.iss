; The installer for Windows, by Inno Setup 6: iscc /DVersion=0.1.0 packaging\windows\findling.iss
; Untested: nobody has built or run it yet. The folder dist\findling is PyInstaller's, made on Windows of the same spec.

#ifndef Version
  #error Name the version: /DVersion=0.1.0
#endif

[Setup]
AppId={{B5B0E1B4-6C1C-4D59-9E6C-3D5E5A3F0C11}
AppName=Findling
AppVersion={#Version}
AppPublisher=The Findling contributors
AppPublisherURL=https://findling.org
DefaultDirName={autopf}\Findling
DisableProgramGroupPage=yes
; For this user only unless an administrator asks for more, as the library is a user's.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.19041
OutputDir=..\..\dist
OutputBaseFilename=findling-{#Version}-windows-x86_64
Compression=lzma2
SolidCompression=yes
LicenseFile=..\..\LICENSE
UninstallDisplayIcon={app}\findlingw.exe
; A running Findling is asked to close, and opened again after the update.
CloseApplications=yes
RestartApplications=yes
; SignTool=... : see README.md

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Files]
Source: "..\..\dist\findling\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion
Source: "..\..\LICENSE"; DestDir: "{app}"
Source: "..\..\NOTICE"; DestDir: "{app}"

[InstallDelete]
; Modules that a newer version no longer has.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\Findling"; Filename: "{app}\findlingw.exe"; AppUserModelID: "org.findling.Findling"

[Registry]
Root: HKA; Subkey: "Software\Classes\findling"; ValueType: string; ValueData: "URL:Findling"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\findling"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\findling\shell\open\command"; ValueType: string; ValueData: """{app}\findlingw.exe"" ""%1"""

[Run]
Filename: "{app}\findlingw.exe"; Description: "{cm:LaunchProgram,Findling}"; Flags: nowait postinstall skipifsilent

[Messages]
en.UninstalledAll=%1 is removed. Your library is kept, in %%LOCALAPPDATA%%\findling; delete that folder if it is no longer wanted.
de.UninstalledAll=%1 ist entfernt. Ihre Bibliothek bleibt in %%LOCALAPPDATA%%\findling; löschen Sie den Ordner, wenn Sie sie nicht mehr brauchen.
