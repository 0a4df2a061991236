#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Trains a model night by night: goes on where the last night ended, stops in time, keeps a log, and tells by its exit code how it went.
.DESCRIPTION
All that the next night needs is in the folder: the newest checkpoint has the model, the position in the data and the state of the random
generators, so that a training in ten nights gives the same model as one in a single night. A night that is killed loses what was
trained since its last checkpoint.

Exit codes: 0 = the model has all its iterations; 3 = the time ended before, the next night goes on; 1 = an error, which the log tells: a file
that is missing, a full disk, a loss that is not finite any more (what was saved before is whole), or the night before that is still at work.

To run it at ten each evening for at most eight hours, with cron:

    0 22 * * * PSModulePath=/opt/modules pwsh -NoProfile -File /opt/models/Nightly.ps1 -Directory /var/models/digits -TimeLimit 8:00

With the Task Scheduler of Windows:

    $action = New-ScheduledTaskAction pwsh '-NoProfile -File C:\models\Nightly.ps1 -Directory C:\models\digits -TimeLimit 8:00'
    Register-ScheduledTask Digits -Action $action -Trigger (New-ScheduledTaskTrigger -Daily -At 22:00)
.EXAMPLE
pwsh -NoProfile -File ./Nightly.ps1 -Directory ./nightly -UntilIteration 20000 -TimeLimit 8:00
#>
[CmdletBinding()]
param(
    # The folder of checkpoints and log.
    [Parameter(Mandatory)]
    [string] $Directory,

    # Trained in all, over all nights.
    [long] $UntilIteration = 20000,

    # The longest time of this night.
    [TimeSpan] $TimeLimit = '8:00',

    [int] $Layer1 = 32,

    [int] $Layer2 = 64,

    [int] $CheckpointInterval = 500,

    # The folder of MNIST's four files; the sample that comes along if left out.
    [string] $Data
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$null = New-Item $Directory -ItemType Directory -Force
$log = Join-Path $Directory night.log
$lock = $null
try {
    # Held until the script ends, however it does: two trainings in one folder would mix their checkpoints.
    $lock = [IO.File]::Open((Join-Path (Convert-Path $Directory) night.lock), 'OpenOrCreate', 'ReadWrite', 'None')
    $source = $Data ? @{ Path = $Data } : @{}
    $dataset = Import-ModelDataset Mnist @source
    # -Resume restores the newest checkpoint of the folder, if there is one, and else begins anew.
    $session = New-ModelSession Mnist -Layer1 $Layer1 -Layer2 $Layer2 -Directory $Directory -Resume
    "$(Get-Date -Format s) begins at iteration $($session.Iteration)" >> $log
    if ($session.Iteration -lt $UntilIteration) {
        # 6> is the stream of reports: one line each, which a person or Select-String reads.
        $null = $session | Invoke-ModelTraining $dataset -UntilIteration $UntilIteration -TimeLimit $TimeLimit `
            -LearningRate @{ 0 = 1e-3; 2000 = 1e-4 } -CheckpointInterval $CheckpointInterval -SaveOnStop -ReportInterval 100 6>> $log
        if ($session.LastRun.StopReason -eq 'NaN') {
            throw $session.LastRun.Explanation
        }
    }

    $result = $session | Test-Model $dataset
    "$(Get-Date -Format s) ends at iteration $($session.Iteration), accuracy $($result.Accuracy)" >> $log
    exit ($session.Iteration -ge $UntilIteration ? 0 : 3)
}
catch {
    "$(Get-Date -Format s) $($_ | Out-String)" >> $log
    Write-Error $_ -ErrorAction Continue
    exit 1
}
finally {
    ${lock}?.Dispose()
}
