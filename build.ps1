#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds the module into out/ModelSession; tests it, compiles its help, packs it.
.DESCRIPTION
Needs the .NET SDK alone, and no network once packages are restored. Without a switch, the module is built. Ends with exit code 1 when a
step fails.
.EXAMPLE
./build.ps1; Import-Module ./out/ModelSession
.EXAMPLE
./build.ps1 -Test
.EXAMPLE
./build.ps1 -Pack; dotnet nuget push out/ModelSession.*.nupkg --api-key $key --source https://www.powershellgallery.com/api/v2/package
#>
[CmdletBinding()]
param(
    # Stages the module in out/ModelSession. The default, unless other switches are given alone.
    [switch] $Build,

    # Runs all tests, those in PowerShell too.
    [switch] $Test,

    # Compiles docs/en-US for Get-Help, into out/ModelSession/en-US; it says with file and line what a page lacks.
    [switch] $Help,

    # Makes out/ModelSession.<version>.nupkg, ready for the PowerShell Gallery.
    [switch] $Pack,

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$out = Join-Path $PSScriptRoot out
Push-Location $PSScriptRoot
try {
    if ($Build -or $Help -or -not ($Test -or $Pack)) {
        # Help is made of the pages and of the cmdlets as they are built.
        dotnet build src/ModelSession.PowerShell --configuration $Configuration "-p:StageDirectory=$out/ModelSession"
        $Help ? (Get-ChildItem "$out/ModelSession/en-US") : (Get-Item "$out/ModelSession")
    }

    if ($Test) {
        # The tests stage the module themselves and run tests/Pester in this very PowerShell.
        $env:MODELSESSION_PWSH = [Environment]::ProcessPath
        dotnet test --configuration $Configuration
    }

    if ($Pack) {
        Remove-Item "$out/ModelSession.*.nupkg" -ErrorAction Ignore
        dotnet pack src/ModelSession.PowerShell --configuration $Configuration --output $out
        Get-Item "$out/ModelSession.*.nupkg"
    }
}
finally {
    Pop-Location
}
