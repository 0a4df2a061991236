#requires -Version 7.6 -Modules ModelSession

<#
.SYNOPSIS
Trains here, goes on in Python with TensorFlow, and comes back.
.DESCRIPTION
A checkpoint holds the graph in TensorFlow's own form, so Python needs a dozen lines and no model code. They are written beside the
checkpoint as continue.py, and run where there is a Python with TensorFlow; elsewhere take the folder to a machine that has one. Run again,
everything goes on where it is.
.EXAMPLE
./Python.ps1 -Directory ./both
.EXAMPLE
./Python.ps1 -Directory ./both -Python ~/venv/bin/python -Steps 500
#>
[CmdletBinding()]
param(
    # The folder that both sides work in.
    [string] $Directory = './both',

    # Training steps on each side.
    [int] $Steps = 20,

    # The interpreter. If left out, python3 or python, if it has TensorFlow.
    [string] $Python,

    [int] $Layer1 = 8,

    [int] $Layer2 = 16
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$data = Import-ModelDataset Mnist
$session = New-ModelSession Mnist -Layer1 $Layer1 -Layer2 $Layer2 -Directory $Directory -Resume
$null = $session | Invoke-ModelTraining $data -LearningRate 1e-3 -Steps $Steps -ReportInterval 0
$checkpoint = $session | Save-ModelCheckpoint
$session | Remove-ModelSession

$script = Join-Path $checkpoint.Folder continue.py
@'
import sys
import numpy as np
import tensorflow.compat.v1 as tf

folder, steps = sys.argv[1], int(sys.argv[2])
tf.disable_eager_execution()
newest = tf.train.latest_checkpoint(folder)
saver = tf.train.import_meta_graph(newest + ".meta")
train = tf.get_collection("train_op")[0]
with tf.Session() as session:
    saver.restore(session, newest)
    random = np.random.default_rng(1)
    for _ in range(steps):                      # put your own data here
        images, digits = random.random((50, 784), np.float32), random.integers(0, 10, 50)
        session.run(train, {"parameters/x:0": images, "parameters/y:0": np.eye(10, dtype=np.float32)[digits],
                            "parameters/keep_probability:0": 0.5, "parameters/learning_rate:0": 1e-4})
    print(saver.save(session, folder + "/model.ckpt", global_step=int(session.run("iteration:0"))))
'@ | Set-Content $script

if (-not $Python) {
    $Python = Get-Command python3, python -CommandType Application -ErrorAction Ignore | Select-Object -ExpandProperty Source |
        Where-Object { & $_ -c 'import importlib.util as u, sys; sys.exit(u.find_spec("tensorflow") is None)' 2>$null; $LASTEXITCODE -eq 0 } |
        Select-Object -First 1
}

if (-not $Python) {
    Write-Warning "No Python with TensorFlow is found here. Where there is one: python '$script' '$($checkpoint.Folder)' $Steps"
    return
}

$output = & $Python $script $checkpoint.Folder $Steps 2>&1
if ($LASTEXITCODE -ne 0) {
    throw "Python ended with exit code ${LASTEXITCODE}: $($output | Out-String)"
}

# What Python saved is the newest checkpoint of the folder now, with the structure and all that belongs to the session.
$back = Restore-ModelSession $Directory
$inPython = $back.Iteration
$last = $back | Invoke-ModelTraining $data -LearningRate 1e-4 -Steps $Steps -ReportInterval 0 | Save-ModelCheckpoint
[pscustomobject]@{ Session = "$back"; Here = $checkpoint.Iteration; Python = $inPython; HereAgain = $last.Iteration; Accuracy = ($back | Test-Model $data).Accuracy }
$back | Remove-ModelSession
