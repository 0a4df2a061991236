<#
.SYNOPSIS
Creates, trains a step, saves, restores and drops sessions again and again, and tells what memory the process holds meanwhile.
.EXAMPLE
pwsh -NoProfile -File tests/Pester/Fixtures/SessionCycles.ps1 -Module out/ModelSession -Count 1000 -Every 100
.EXAMPLE
pwsh -NoProfile -File tests/Pester/Fixtures/SessionCycles.ps1 -Module out/ModelSession -Count 1000 -Every 100 -Forget
#>
param(
    # The module's name or folder.
    [string] $Module = 'ModelSession',

    # How many times.
    [int] $Count = 1000,

    # After how many of these the memory is read.
    [int] $Every = 100,

    # Lets sessions go out of scope in place of closing them.
    [switch] $Forget
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Import-Module $Module
$folder = Join-Path ([IO.Path]::GetTempPath()) "cycles-$PID"

function Invoke-Cycle {
    $session = New-ModelSession Mnist -Layer1 4 -Layer2 4 -Directory $folder -MaxToKeep 1
    $null = $session | Invoke-ModelSession loss -Feed @{ inputs = [float[,]]::new(2, 784); labels = [float[,]]::new(2, 10); keep_probability = 1; learning_rate = 0.001 } -Target train
    $null = $session | Save-ModelCheckpoint
    $restored = Restore-ModelSession $folder
    if (-not $Forget) {
        $session, $restored | Remove-ModelSession
    }
}

try {
    for ($done = 0; $done -le $Count; $done++) {
        if ($done % $Every -eq 0) {
            for ($i = 0; $i -lt 3; $i++) {
                [GC]::Collect()
                [GC]::WaitForPendingFinalizers()
            }

            $process = [Diagnostics.Process]::GetCurrentProcess()
            [pscustomobject]@{
                Cycles         = $done
                WorkingSetMiB  = [Math]::Round($process.WorkingSet64 / 1MB, 1)
                ManagedHeapMiB = [Math]::Round([GC]::GetTotalMemory($true) / 1MB, 1)
                Threads        = $process.Threads.Count
                Open           = @(Get-ModelSession).Count
            }
        }

        Invoke-Cycle
    }
} finally {
    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction Ignore
}
