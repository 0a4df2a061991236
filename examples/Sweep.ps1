#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Trains the MNIST model in several structures and learning rates, and writes a table of the results.
.DESCRIPTION
Each combination is a session of its own with a checkpoint in a folder of its own. What is in the table already is not trained again, so a
sweep that was broken off goes on. The table is CSV text: Import-Csv, a spreadsheet or a plot take it.
.EXAMPLE
./Sweep.ps1 -Layer1 8, 16, 32 -Layer2 16, 64 -LearningRate 1e-3, 3e-4 -Steps 500 | Sort-Object Accuracy -Descending | Format-Table
.EXAMPLE
Import-Csv ./sweep/results.csv | Group-Object Layer1 | Select-Object Name, { ($_.Group.Accuracy | Measure-Object -Maximum).Maximum }
#>
[CmdletBinding()]
param(
    # The folder of the table and of the checkpoints.
    [string] $Directory = './sweep',

    # Features of the first layer.
    [int[]] $Layer1 = @(8, 16),

    # Features of the second layer.
    [int[]] $Layer2 = @(16, 32),

    [double[]] $LearningRate = @(1e-3, 3e-4),

    [int] $Steps = 200,

    [int] $BatchSize = 50
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$null = New-Item $Directory -ItemType Directory -Force
$table = Join-Path $Directory results.csv
$done = @((Test-Path $table) ? (Import-Csv $table).Name : @())
$data = Import-ModelDataset Mnist
foreach ($first in $Layer1) {
    foreach ($second in $Layer2) {
        foreach ($rate in $LearningRate) {
            $name = "$first-$second-$rate"
            if ($name -in $done) {
                Write-Verbose "$name is in the table."
                continue
            }

            $session = New-ModelSession Mnist -Layer1 $first -Layer2 $second -Seed 1
            try {
                $time = [Diagnostics.Stopwatch]::StartNew()
                $null = $session | Invoke-ModelTraining $data -LearningRate $rate -Steps $Steps -BatchSize $BatchSize -ReportInterval 0
                $seconds = $time.Elapsed.TotalSeconds
                $result = $session | Test-Model $data
                $checkpoint = $session | Save-ModelCheckpoint (Join-Path $Directory $name)
                $row = [pscustomobject]@{
                    Name = $name; Layer1 = $first; Layer2 = $second; LearningRate = $rate; Steps = $session.Iteration
                    Seconds = [Math]::Round($seconds, 1); Loss = $result.Loss; Accuracy = $result.Accuracy; Checkpoint = $checkpoint.Prefix
                }
                $row | Export-Csv $table -Append
                $row
            }
            finally {
                $session | Remove-ModelSession -Force
            }
        }
    }
}
