#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds the module into out/ModelSession; tests it.
.EXAMPLE
./build.ps1; Import-Module ./out/ModelSession
.EXAMPLE
./build.ps1 -Test
#>
[CmdletBinding()]
param(
    # Stages the module. The default, unless -Test is given alone.
    [switch] $Build,

    # Runs all tests, those in PowerShell too.
    [switch] $Test,

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Push-Location $PSScriptRoot
try {
    if ($Build -or -not $Test) {
        $out = "$PSScriptRoot/out/ModelSession"
        dotnet build src/ModelSession.PowerShell --configuration $Configuration "-p:StageDirectory=$out"
        Get-Item $out
    }

    if ($Test) {
        # The tests stage the module themselves and run tests/Pester in this very PowerShell.
        $env:MODELSESSION_PWSH = [Environment]::ProcessPath
        dotnet test --configuration $Configuration
    }
}
finally {
    Pop-Location
}
