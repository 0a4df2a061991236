#requires -Version 7.6 -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
<#
.SYNOPSIS
Runs the Pester suite on a staged module. `dotnet test` does it too, by tests/ModelSession.PowerShell.Tests.
#>
[CmdletBinding()]
param(
    # The folder of the module under test.
    [string] $Module = "$PSScriptRoot/../../out/ModelSession",

    # Test files; all by default.
    [string[]] $Path = $PSScriptRoot,

    # A folder with other versions of packages (older/, newer/), to be loaded before ours.
    [string] $OtherVersions
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
# Child processes of tests find the module by name too.
$env:PSModulePath = @(
    Split-Path (Convert-Path $Module)
    $env:PSModulePath
) -join [IO.Path]::PathSeparator
$env:MODELSESSION_OTHER_VERSIONS = $OtherVersions
Import-Module ModelSession
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration
"Pester: $($result.PassedCount) passed, $($result.FailedCount) failed, $($result.SkippedCount) skipped, $($result.FailedBlocksCount + $result.FailedContainersCount) broken"
exit ($result.Result -eq 'Passed' -and $result.PassedCount -gt 0 ? 0 : 1)
