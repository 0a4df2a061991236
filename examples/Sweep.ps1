#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Trains the MNIST model in several structures and learning rates, and writes a table of the results.
.DESCRIPTION
Each combination is a session of its own with a checkpoint in a folder of its own. What is in the table already (the same structure, learning
rate and steps) is not trained again but told from there, so a sweep that was broken off goes on, and one that was done tells all its results. The
table is CSV text: Import-Csv, a spreadsheet or a plot take it.
.EXAMPLE
./Sweep.ps1 -Layer1 8, 16, 32 -Layer2 16, 64 -LearningRate 1e-3, 3e-4 -Steps 500 | Sort-Object Accuracy -Descending | Format-Table
.EXAMPLE
pwsh -NoProfile -Command './Sweep.ps1 -Layer1 8, 16 -Steps 2000'

For a scheduler: -Command takes lists, which -File does not.
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
$done = @{}
if (Test-Path $table) {
    foreach ($row in Import-Csv $table) {
        # Text becomes numbers again, so that these rows sort with new ones.
        'Layer1', 'Layer2', 'Steps' | ForEach-Object { $row.$_ = [int] $row.$_ }
        'Seconds', 'Loss', 'Accuracy' | ForEach-Object { $row.$_ = [double] $row.$_ }
        $done[$row.Name] = $row
    }
}

$data = Import-ModelDataset Mnist
foreach ($first in $Layer1) {
    foreach ($second in $Layer2) {
        foreach ($rate in $LearningRate) {
            $name = "$first-$second-$rate-$Steps"
            if ($done.Contains($name)) {
                $done[$name]
                continue
            }

            $session = New-ModelSession Mnist -Layer1 $first -Layer2 $second -Seed 1
            try {
                $time = [Diagnostics.Stopwatch]::StartNew()
                $null = $session | Invoke-ModelTraining $data -LearningRate $rate -Steps $Steps -BatchSize $BatchSize -ReportInterval 0
                $seconds = $time.Elapsed.TotalSeconds
                $result = $session | Test-Model $data
                $checkpoint = $session | Save-ModelCheckpoint (Join-Path $Directory $name)
                # The rate is text: a table shows numbers with two decimals.
                $row = [pscustomobject]@{
                    Name = $name; Layer1 = $first; Layer2 = $second; LearningRate = "$rate"; Steps = $session.Iteration
                    Seconds = [Math]::Round($seconds, 1); Loss = $result.Loss; Accuracy = $result.Accuracy; Checkpoint = $checkpoint.Prefix
                }
                # In quotes, numbers have a point in every language; Export-Csv alone would write them as this machine's language does.
                $line = [ordered]@{}
                $row.PSObject.Properties | ForEach-Object { $line[$_.Name] = "$($_.Value)" }
                [pscustomobject] $line | Export-Csv $table -Append
                $row
            }
            finally {
                $session | Remove-ModelSession -Force
            }
        }
    }
}
