#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Freezes a trained model into one file, and predicts with that file alone.
.DESCRIPTION
A frozen graph holds its weights as constants and nothing that only training needs: the form in which a model is handed to whoever only asks
it. TensorFlow in any language opens it, too.
.EXAMPLE
./FreezeAndPredict.ps1 -Path ./checkpoint -Destination ./digits.pb
.EXAMPLE
./FreezeAndPredict.ps1 -Path ./checkpoint -Destination ./digits.pb -Picture ./scans/*.png | Where-Object Score -LT 0.5
#>
[CmdletBinding()]
param(
    # The folder of the checkpoint, or any file of it.
    [Parameter(Mandatory)]
    [string] $Path,

    # The frozen graph.
    [string] $Destination = './digits.pb',

    # Pictures to ask it about; the first images of MNIST's test part if left out.
    [string[]] $Picture,

    [int] $First = 5
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$session = Restore-ModelSession $Path
$session | Export-ModelGraph $Destination -Frozen -Output predictions
$session | Remove-ModelSession -Force

if ($Picture) {
    Invoke-ModelPrediction -Model $Destination -Path $Picture
}
else {
    Invoke-ModelPrediction -Model $Destination -Data (Import-ModelDataset Mnist) -First $First
}
