#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Keeps the parts of a graph that a script works with in an object, stores their names with the checkpoint, and finds them again.
.DESCRIPTION
A script that builds or opens a graph ends up with a handful of tensors: this is the image, that the answer, these are the layers. In
TensorFlow these are variables of the program that built the graph, and are lost with it. Here any object with such fields can be written
down, by names, with the graph (as Python's to_graph and from_graph helpers do with a collection) or in a file, and be filled again from
any session that has these names.
.EXAMPLE
./Binding.ps1 -Directory ./bound
#>
[CmdletBinding()]
param(
    # The folder of the checkpoint.
    [string] $Directory = './bound',

    [int] $Layer1 = 4,

    [int] $Layer2 = 8
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

class DigitStory {
    $Image
    $Keep
    $Digit
    $Layers
}

# On the one side: an object whose fields are parts of the graph, lists of them, or plain values.
$session = New-ModelSession Mnist -Layer1 $Layer1 -Layer2 $Layer2
$story = [DigitStory]::new()
$story.Image = $session.Tensor('inputs')
$story.Keep = $session.Tensor('parameters/keep_probability')
$story.Digit = $session.Tensor('predictions')
$story.Layers = @($session.Tensor('model/Relu'), $session.Tensor('model/Relu_1'))
$story | Export-ModelBinding -Session $session -Name story           # with the graph: goes along in every checkpoint
$story | Export-ModelBinding (Join-Path (New-Item $Directory -ItemType Directory -Force) story.json)   # and as a file beside it
$null = $session | Save-ModelCheckpoint $Directory
$session | Remove-ModelSession -Force

# On the other side, in another script, on another machine: the same object over the restored graph.
$restored = Restore-ModelSession $Directory
$found = [DigitStory]::new()
$restored | Import-ModelBinding -Name story -Into $found
$blank = , (@(0) * 784)
$values = $restored | Invoke-ModelSession $found.Digit.Name, $found.Layers[1].Name -Feed @{ $found.Image.Name = $blank; $found.Keep.Name = 1 }
[pscustomobject]@{
    Image         = $found.Image.Name
    Digit         = $found.Digit.Name
    Probabilities = $values.($found.Digit.Name).ToArray()
    LastLayer     = "$($values.($found.Layers[1].Name).Shape)"
    FromFile      = ($restored | Import-ModelBinding (Join-Path $Directory story.json)).Digit.Name
}
$restored | Remove-ModelSession -Force
