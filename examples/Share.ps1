#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Shares a model without its weights: the sender gives a .meta file, the receiver trains it with data of their own.
.DESCRIPTION
The .meta file holds the graph, its initialisers, what its parts are for and its structure, but no value that was learnt: nothing of the
sender's data is in it. The receiver needs no code of the sender's.
.EXAMPLE
./Share.ps1 -Send ./checkpoint -Path ./model.meta
.EXAMPLE
./Share.ps1 -Receive -Path ./model.meta -Directory ./mine
#>
[CmdletBinding(DefaultParameterSetName = 'Receive')]
param(
    # The sender's trained model: a folder with checkpoints.
    [Parameter(Mandatory, ParameterSetName = 'Send')]
    [string] $Send,

    # Trains what was sent.
    [Parameter(Mandatory, ParameterSetName = 'Receive')]
    [switch] $Receive,

    # The file that goes from one to the other.
    [string] $Path = './model.meta',

    # The receiver's folder of checkpoints.
    [Parameter(ParameterSetName = 'Receive')]
    [string] $Directory = './mine',

    # The receiver's training steps.
    [Parameter(ParameterSetName = 'Receive')]
    [int] $Steps = 200
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

if (-not $Receive) {
    $session = Restore-ModelSession $Send
    # That the values stay behind is what is wanted here; the warning says so to those who did not think of it.
    $session | Export-ModelGraph $Path -Format Meta -WarningAction SilentlyContinue
    $session | Remove-ModelSession -Force
    Get-Item $Path
    return
}

# A .meta file alone: the graph's own initialisers give the first values. Where a training has begun, it goes on.
$session = (Test-Path (Join-Path $Directory checkpoint)) ? (Restore-ModelSession $Directory) : (Restore-ModelSession $Path -Directory $Directory)
"$session"
$data = Import-ModelDataset Mnist
$null = $session | Invoke-ModelTraining $data -LearningRate 1e-3 -Steps $Steps -ReportInterval 0
$null = $session | Save-ModelCheckpoint
$session | Test-Model $data
$session | Remove-ModelSession -Force
