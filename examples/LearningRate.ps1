#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Trains the MNIST model with a learning rate that falls: by a table, by a formula, by a named schedule, by what the validation says.
.DESCRIPTION
The same model is trained four times from the same first values, so that only the schedule differs; a table tells what came of it.
.EXAMPLE
./LearningRate.ps1
.EXAMPLE
./LearningRate.ps1 -Steps 2000 -Initial 3e-3 | Sort-Object Accuracy -Descending
#>
[CmdletBinding()]
param(
    # Training steps of each schedule.
    [ValidateRange(1, 1000000)]
    [int] $Steps = 400,

    # The learning rate to begin with.
    [double] $Initial = 1e-3,

    [int] $Layer1 = 8,

    [int] $Layer2 = 16
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$data = Import-ModelDataset Mnist
$half = [Math]::Max(1, [int]($Steps / 2))
$schedules = [ordered]@{
    table   = @{ 0 = $Initial; $half = $Initial / 10 }                                   # from that iteration on
    formula = { $Initial / (1 + $_ / $half) }                                            # $_ is the iteration
    cosine  = New-ModelSchedule $Initial -Cosine -DecaySteps $Steps -Alpha 0.01
    plateau = New-ModelSchedule $Initial -Plateau -Factor 0.3 -Patience 2                # when the validation's loss no longer falls
}
foreach ($name in $schedules.Keys) {
    $session = New-ModelSession Mnist -Layer1 $Layer1 -Layer2 $Layer2 -Seed 1
    try {
        $null = $session | Invoke-ModelTraining $data -LearningRate $schedules[$name] -Steps $Steps -ValidationInterval $half -ReportInterval 0
        $result = $session | Test-Model $data
        [pscustomobject]@{ Schedule = $name; Steps = $session.Iteration; Loss = $result.Loss; Accuracy = $result.Accuracy }
    }
    finally {
        $session | Remove-ModelSession -Force
    }
}
