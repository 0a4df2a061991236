#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Takes a model that somebody trained with TensorFlow 1, and teaches its last layer to tell pictures of your own apart.
.DESCRIPTION
The model is a .meta file with its checkpoint; no code of it is needed. Its layers up to -Features stay as they are; a new last layer is put on
them and learns the classes of your pictures, which lie in one folder for each class. The new model is a checkpoint that TensorFlow takes, too.

What the colleague's graph calls its parts, Get-GraphOperation tells: Get-GraphOperation -Path ./theirs/model.ckpt-66.meta
.EXAMPLE
./FineTune.ps1 -Model ./theirs -Pictures ./pictures -Features model/Relu_2 -Directory ./mine
#>
[CmdletBinding()]
param(
    # The colleague's folder of checkpoints, or any file of one.
    [Parameter(Mandatory)]
    [string] $Model,

    # A folder with a folder of pictures for each class.
    [Parameter(Mandatory)]
    [string] $Pictures,

    # The tensor that the new layer is put on: what the colleague's last layer but one gives.
    [Parameter(Mandatory)]
    [string] $Features,

    # Where the new model goes.
    [string] $Directory = './mine',

    # Height and width of the pictures that the model takes.
    [int[]] $ImageSize = @(28, 28),

    [ValidateSet(1, 3)]
    [int] $Channels = 1,

    [double] $Epochs = 10,

    [double] $LearningRate = 1e-2,

    [int] $BatchSize = 10
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$data = Import-ModelDataset Pictures -Path $Pictures -ImageSize $ImageSize -Channels $Channels -ValidationSplit 0.2
$classes = @($data.Contract.ClassNames)

# The builder, the colleague's model, and the structure of the new layer. What is named by roles is found by what the graph tells.
$head = {
    param($g, $base, [int] $Classes, [string] $Features, [double] $Rate)
    $labels = $g.Placeholder('float32', @(-1, $Classes), 'labels')
    $logits = $g.Layers.Dense($base.Tensor($Features), $Classes, @{ Name = 'head' })
    $loss = $g.Losses.SoftmaxCrossEntropy($labels, $logits)
    $right = $g.Equal($g.ArgMax($logits, 1), $g.ArgMax($labels, 1))
    @{
        inputs = $base['inputs']; labels = $labels; predictions = $g.Softmax($logits, 'predictions'); loss = $loss
        train = [ModelSessions.AdamOptimizer]::new($Rate).Minimize($loss, $g.GlobalStep())
        'metrics.accuracy' = $g.ReduceMean($g.Cast($right, 'float32'), $null, $false, 'accuracy')
    }
}
$session = New-ModelSession $head -Name Mine -Classes $classes.Count -Features $Features -Rate $LearningRate -BaseModel $Model -Scope theirs -Trainable head/* -Directory $Directory
try {
    $null = $session | Invoke-ModelTraining $data -Epochs $Epochs -BatchSize $BatchSize -ReportInterval 0
    $null = $session | Save-ModelCheckpoint
    $session | Test-Model $data.Validation
}
finally {
    $session | Remove-ModelSession -Force
}
