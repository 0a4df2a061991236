#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Tests all checkpoints of a folder and keeps the best one.
.DESCRIPTION
Each checkpoint is tested with the same data. The best is copied into a folder of its own, where no later saving removes it; with -Prune
the others are removed. A checkpoint that is damaged is told of and passed over.
.EXAMPLE
./BestCheckpoint.ps1 ./checkpoint ./best
.EXAMPLE
./BestCheckpoint.ps1 ./checkpoint ./best -By Loss -Prune -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The folder with checkpoints.
    [Parameter(Mandatory, Position = 0)]
    [string] $Path,

    # Where the best one goes.
    [Parameter(Mandatory, Position = 1)]
    [string] $Destination,

    # What is compared.
    [ValidateSet('Accuracy', 'Loss')]
    [string] $By = 'Accuracy',

    # Removes all others from the folder.
    [switch] $Prune,

    # The folder of MNIST's four files; the sample that comes along if left out.
    [string] $Data
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$source = $Data ? @{ Path = $Data } : @{}
$dataset = Import-ModelDataset Mnist @source
# One bad checkpoint of ten is an error of its own: it does not end the pipeline unless it is told to.
$checkpoints = @(Get-ModelCheckpoint $Path -ErrorAction Continue)
$results = @($checkpoints | Test-Model $dataset -ErrorAction Continue | Sort-Object $By -Descending:($By -eq 'Accuracy'))
if ($results.Count -eq 0) {
    throw "There is no checkpoint in '$Path' that can be tested."
}

$results
$best = $checkpoints | Where-Object Name -EQ $results[0].Checkpoint
$best | Copy-ModelCheckpoint -Destination $Destination -Name best -Keep
if ($Prune) {
    $checkpoints | Where-Object Name -NE $best.Name | Remove-ModelCheckpoint
}
