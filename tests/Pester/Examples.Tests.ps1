BeforeDiscovery {
    $python = $env:MODELSESSION_TFPYTHON
    if (-not $python) {
        $cache = $env:XDG_CACHE_HOME ? $env:XDG_CACHE_HOME : (Join-Path $HOME .cache)
        $python = Join-Path ($env:MODELSESSION_TF_HOME ? $env:MODELSESSION_TF_HOME : (Join-Path $cache modelsession tensorflow-2.16.2)) bin tfpython
    }

    $scripts = Get-ChildItem (Join-Path $PSScriptRoot ../../examples/*.ps1) | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
}

BeforeAll {
    . $PSScriptRoot/Fixtures/Pictures.ps1
    $examples = Convert-Path (Join-Path $PSScriptRoot ../../examples)
    $model = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed 1 -Directory (Join-Path $TestDrive trained)
    $data = Import-ModelDataset Mnist
    foreach ($i in 1..3) {
        $null = $model | Invoke-ModelTraining $data -Steps 3 -ReportInterval 0 | Save-ModelCheckpoint
    }

    # Two classes that a model learns at once: bars and rings, 28 by 28 pixels.
    function New-ShapeFolder([string] $Path, [int] $Count = 8) {
        $random = [Random]::new(1)
        foreach ($class in 'bar', 'ring') {
            $folder = New-Item (Join-Path $Path $class) -ItemType Directory -Force
            foreach ($i in 1..$Count) {
                $grey = [byte[]]::new(784)
                $middle = 14 + $random.Next(-2, 3)
                foreach ($y in 4..23) {
                    foreach ($x in 4..23) {
                        $away = $class -eq 'bar' ? [Math]::Abs($x - $middle) : [Math]::Abs([Math]::Sqrt(($x - $middle) * ($x - $middle) + ($y - 14) * ($y - 14)) - 7)
                        $grey[$y * 28 + $x] = $away -lt 2 ? 255 - $random.Next(60) : 0
                    }
                }

                Save-Png $grey 28 (Join-Path $folder.FullName "$i.png")
            }
        }
    }

    # As a script that nobody watches: in a process of its own.
    function Invoke-Script([string] $Name, [string[]] $Arguments) {
        $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File (Join-Path $examples $Name) @Arguments 2>&1 | Out-String
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Output = $output }
    }
}

AfterAll {
    $model | Remove-ModelSession -Force
}

Describe 'Each example' {
    It '<Name> has help, an example in it, strict mode, and parses' -ForEach $scripts {
        $errors = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseFile($Path, [ref] $null, [ref] $errors)
        $errors | Should -BeNullOrEmpty
        $help = $tree.GetHelpContent()
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Examples | Should -Not -BeNullOrEmpty
        $tree.ParamBlock | Should -Not -BeNullOrEmpty
        $tree.Extent.Text | Should -Match 'Set-StrictMode -Version 3'
        $tree.Extent.Text | Should -Match '#requires -Version 7.6 -Modules ModelSession'
        Get-Content (Join-Path (Split-Path $Path) README.md) -Raw | Should -Match "\($Name\)"
    }
}

Describe 'The example' {
    BeforeEach {
        Push-Location (New-Item (Join-Path $TestDrive (New-Guid)) -ItemType Directory)
    }

    AfterEach {
        Pop-Location
    }

    It 'LearningRate trains by each schedule' {
        $results = & $examples/LearningRate.ps1 -Steps 4 -Layer1 2 -Layer2 2
        $results.Schedule | Should -Be 'table', 'formula', 'cosine', 'plateau'
        $results.Steps | Should -Be 4, 4, 4, 4
    }

    It 'Nightly stops in time, goes on the next night, and ends when all is trained' {
        $settings = '-Directory', 'night', '-UntilIteration', '12', '-Layer1', '2', '-Layer2', '2'
        # At most the step that is under way fits into that night.
        (Invoke-Script Nightly.ps1 ($settings + '-TimeLimit', '0:0:0.001')).ExitCode | Should -Be 3
        $first = (Get-ModelCheckpoint ./night -Newest).Iteration
        $first | Should -BeLessThan 12
        (Invoke-Script Nightly.ps1 $settings).ExitCode | Should -Be 0
        (Get-ModelCheckpoint ./night -Newest).Iteration | Should -Be 12
        $log = Get-Content ./night/night.log
        $log -match "begins at iteration $first$" | Should -Not -BeNullOrEmpty
        $log[-1] | Should -Match 'ends at iteration 12, accuracy 0\.'
    }

    It 'Nightly tells of errors by exit code and log' {
        (Invoke-Script Nightly.ps1 -Arguments '-Directory', 'night', '-Data', './nowhere').ExitCode | Should -Be 1
        Get-Content ./night/night.log -Raw | Should -Match 'nowhere'
    }

    It 'Nightly ends with an error where the loss is not finite any more' {
        $path = Join-Path $PWD night
        $session = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Directory $path
        $session | Set-GraphTensor model/fc2/bias ([float[]] (@([float]::NaN) * 10))
        $null = $session | Save-ModelCheckpoint
        (Invoke-Script Nightly.ps1 '-Directory', 'night', '-UntilIteration', '9', '-Layer1', '2', '-Layer2', '2').ExitCode | Should -Be 1
        Get-Content ./night/night.log -Raw | Should -Match 'is NaN'
    }

    It 'Nightly lets no second one into its folder' {
        $null = New-Item night -ItemType Directory
        $held = [IO.File]::Open((Join-Path $PWD night night.lock), 'OpenOrCreate', 'ReadWrite', 'None')
        try {
            (Invoke-Script Nightly.ps1 '-Directory', 'night').ExitCode | Should -Be 1
        }
        finally {
            $held.Dispose()
        }

        Get-Content ./night/night.log -Raw | Should -Match 'night.lock'
        Get-ChildItem ./night -Filter *.index | Should -BeNullOrEmpty
    }

    It 'Sweep writes a table, trains nothing twice, and tells what it knows' {
        $settings = @{ Layer1 = 2; Layer2 = 2, 3; LearningRate = 1e-3; Steps = 2 }
        $results = & $examples/Sweep.ps1 @settings
        $results.Name | Should -Be '2-2-0.001-2', '2-3-0.001-2'
        $again = & $examples/Sweep.ps1 @settings
        $again.Name | Should -Be $results.Name
        foreach ($column in 'Layer1', 'LearningRate', 'Accuracy') { $again[0].$column.GetType() | Should -Be $results[0].$column.GetType() }
        [Math]::Abs($again[1].Loss - $results[1].Loss) | Should -BeLessThan 1e-9
        $settings.Layer2 = 3
        $settings.Steps = 1
        (& $examples/Sweep.ps1 @settings).Steps | Should -Be 1
        $rows = Import-Csv ./sweep/results.csv
        $rows.Layer2 | Should -Be 2, 3, 3
        (Restore-ModelSession $rows[1].Checkpoint).Parameters.Layer2 | Should -Be 3
    }

    It 'BestCheckpoint keeps the best one, passes over a damaged one, and prunes' {
        Copy-Item (Join-Path $TestDrive trained) . -Recurse
        Set-Content ./trained/model.ckpt-3.index 'damaged'
        $results = & $examples/BestCheckpoint.ps1 ./trained ./best -Prune -ErrorAction SilentlyContinue 2>$null
        $results.Count | Should -BeGreaterOrEqual 2
        $results.Accuracy | Should -Be ($results.Accuracy | Sort-Object -Descending)
        (Get-ModelCheckpoint ./best).Name | Should -Be best
        (Get-ModelCheckpoint ./trained -ErrorAction SilentlyContinue).Name | Should -Be $results[0].Checkpoint
    }

    It 'FineTune teaches a new last layer to a model of TensorFlow 1' {
        New-ShapeFolder ./pictures
        $theirs = Join-Path $examples ../tests/golden/models/mnist_cnn_small
        $result = & $examples/FineTune.ps1 -Model $theirs -Pictures ./pictures -Features model/Relu_2 -WarningAction SilentlyContinue
        $result.Accuracy | Should -Be 1
        $mine = Restore-ModelSession ./mine
        $mine.ClassNames | Should -Be bar, ring
        # All but the last layer is as it was.
        $old = (Get-GraphTensor model/conv1/weights -Path $theirs -IncludeValue).Value.ToArray()
        ($mine | Get-GraphTensor theirs/model/conv1/weights:0 -IncludeValue).Value.ToArray() | Should -Be $old
    }

    It 'Binding finds an object''s tensors again' {
        $found = & $examples/Binding.ps1 -Layer1 2 -Layer2 3
        $found.Image | Should -Be 'parameters/x:0'
        $found.FromFile | Should -Be $found.Digit
        ($found.Probabilities | Measure-Object -Sum).Sum | Should -BeGreaterThan 0.999
    }

    It 'FreezeAndPredict writes one file that predicts as the model does' {
        $answers = & $examples/FreezeAndPredict.ps1 -Path (Join-Path $TestDrive trained) -Destination ./digits.pb -First 4
        $answers.Class | Should -Be ($model | Invoke-ModelPrediction $data -First 4).Class
        New-ShapeFolder ./pictures 1
        @(& $examples/FreezeAndPredict.ps1 -Path (Join-Path $TestDrive trained) -Destination ./digits.pb -Picture ./pictures/bar/*.png) | Should -HaveCount 1
    }

    It 'Share gives the graph away without a weight, and the receiver trains it' {
        (& $examples/Share.ps1 -Send (Join-Path $TestDrive trained) -Path ./model.meta).Name | Should -Be model.meta
        $results = & $examples/Share.ps1 -Receive -Path ./model.meta -Steps 2 -WarningAction SilentlyContinue
        $results[-1].Iteration | Should -Be 2
        (Restore-ModelSession ./mine).Parameters.Layer1 | Should -Be 2
        (& $examples/Share.ps1 -Receive -Path ./model.meta -Steps 2)[-1].Iteration | Should -Be 4
    }

    It 'Python goes on in TensorFlow, and comes back' -Skip:(-not (Test-Path $python)) -ForEach @{ Python = $python } {
        $result = & $examples/Python.ps1 -Steps 2 -Layer1 2 -Layer2 2 -Python $Python
        $result.Here, $result.Python, $result.HereAgain | Should -Be 2, 4, 6
        $result = & $examples/Python.ps1 -Steps 2 -Layer1 2 -Layer2 2 -Python $Python
        $result.Here, $result.Python, $result.HereAgain | Should -Be 8, 10, 12
    }

    It 'Python writes its script where there is no Python' {
        $path = $env:PATH
        try {
            $env:PATH = ''
            & $examples/Python.ps1 -Steps 2 -Layer1 2 -Layer2 2 -WarningVariable warnings -WarningAction SilentlyContinue
        }
        finally {
            $env:PATH = $path
        }

        "$warnings" | Should -Match 'No Python'
        './both/continue.py' | Should -Exist
    }
}
