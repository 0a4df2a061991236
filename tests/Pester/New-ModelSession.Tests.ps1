BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
}

Describe 'New-ModelSession' {
    It 'builds a ready-made model with the structure that is given' {
        $session = New-ModelSession Mnist -Layer1 2 -Layer2 3
        $session | Should -BeOfType ModelSessions.ModelSession
        $session.Name | Should -Be 'Mnist'
        $session.Parameters.Layer1, $session.Parameters.Layer2 | Should -Be 2, 3
        $session.Iteration | Should -Be 0
        $session.ReadVariable('model/conv1/weights').Shape.ToString() | Should -Be '[5, 5, 1, 2]'
    }

    It 'gives the same first values for the same seed' {
        $first, $second, $other = 7, 7, 8 | ForEach-Object { New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed $_ }
        $values = $first, $second, $other | ForEach-Object { $_.ReadVariable('model/conv1/weights').ToArray() -join ' ' }
        $values[0] | Should -Be $values[1]
        $values[0] | Should -Not -Be $values[2]
        $first.Seed | Should -Be 7
    }

    It 'builds a model of the user''s own: <_>' -ForEach 'class', 'instance' {
        $definition = $_ -eq 'class' ? [LineModel] : [LineModel]::new()
        $session = New-ModelSession $definition
        $session.Name | Should -Be 'Line'
        $session.Parameters.Pixels | Should -Be 784
    }

    It 'takes the structure of a user''s own class by parameters' {
        (New-ModelSession ([LineModel]) -Pixels 16).Parameters.Pixels | Should -Be 16
    }

    It 'keeps sessions apart' {
        $data = Import-ModelDataset
        $first, $second = 1, 2 | ForEach-Object { New-ModelSession ([LineModel]) }
        $null = $first | Invoke-ModelTraining $data -Steps 2
        $first.Iteration, $second.Iteration | Should -Be 2, 0
    }

    It 'fails for a name that it does not know, and tells those that it knows' {
        $failure = { New-ModelSession Mnits -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'ModelDefinitionNotFound,*'
        $failure.Exception.Message | Should -BeLike "*'Mnist'*"
    }

    It 'fails for what is no definition' {
        $failure = { New-ModelSession ([string]) -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
    }

    It 'has no parameter that the definition lacks' {
        { New-ModelSession Mnist -Layer9 2 } | Should -Throw -ErrorId 'NamedParameterNotFound,*'
    }

    It 'refuses a structure that makes no sense' {
        $failure = { New-ModelSession Mnist -Layer1 0 -ErrorAction Stop } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeLike '*Layer1*'
    }

    It 'completes definitions and their structural parameters' {
        (TabExpansion2 'New-ModelSession Mn').CompletionMatches.CompletionText | Should -Contain 'Mnist'
        (TabExpansion2 'New-ModelSession Mnist -La').CompletionMatches.CompletionText | Should -Be '-Layer1', '-Layer2'
    }

    It 'shows a session on one line' {
        $lines = (New-ModelSession Mnist -Layer1 2 -Layer2 3 | Out-String -Width 120).Trim() -split '\r?\n'
        $lines | Should -HaveCount 3
        $lines[2] | Should -Match 'Mnist +Layer1=2, Layer2=3 +0 +Embedded'
    }

    Context '-Resume' {
        It 'creates where there is no checkpoint, and goes on where there is one' {
            $folder = Join-Path $TestDrive resumed
            $created = New-ModelSession ([LineModel]) -Directory $folder -Resume
            $created.Iteration | Should -Be 0
            $null = $created | Invoke-ModelTraining (Import-ModelDataset) -Steps 3 | Save-ModelCheckpoint
            (New-ModelSession ([LineModel]) -Directory $folder -Resume).Iteration | Should -Be 3
        }

        It 'takes the checkpoint''s structure where none is given' {
            $folder = Join-Path $TestDrive structure
            $null = New-ModelSession ([LineModel]) -Pixels 16 -Directory $folder | Save-ModelCheckpoint
            (New-ModelSession ([LineModel]) -Directory $folder -Resume).Parameters.Pixels | Should -Be 16
        }

        It 'refuses another structure and names both' {
            $folder = Join-Path $TestDrive other
            $null = New-ModelSession ([LineModel]) -Pixels 16 -Directory $folder | Save-ModelCheckpoint
            $failure = { New-ModelSession ([LineModel]) -Pixels 17 -Directory $folder -Resume -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointStructureMismatch,*'
            $failure.Exception.Message | Should -BeLike '*16*17*'
        }

        It 'needs a folder' {
            (Get-Command New-ModelSession).Parameters['Directory'].ParameterSets['Resume'].IsMandatory | Should -BeTrue
        }
    }

    Context 'a script block' {
        BeforeAll {
            $data = Import-ModelDataset
            $softmax = {
                param($g, [int] $Pixels = 784, [double] $Weight = 0)
                $x = $g.Placeholder('Float32', @(-1, $Pixels), 'x')
                $y = $g.Placeholder('Float32', @(-1, 10), 'y')
                $rate = $g.Placeholder('Float32', @(), 'learning_rate')
                $w = $g.Variable($g.Constant($Weight, 'Float32', @($Pixels, 10)), 'w')
                $iteration = $g.Variable($g.Constant(0, 'Int64'), 'iteration', $false)
                $loss = $g.ReduceMean($g.SoftmaxCrossEntropy($y, $g.MatMul($x, $w)))
                @{
                    inputs = $x; labels = $y; loss = $loss; iteration = $iteration.Handle
                    train = [ModelSessions.GradientDescentOptimizer]::new($rate, 'GradientDescent').Minimize($loss, $iteration)
                    hyperparameters = @{ learning_rate = $rate }
                }
            }
        }

        It 'builds a model whose other parameters are its structure' {
            $session = New-ModelSession -Definition $softmax -Name Softmax -Weight 0.5 -Hyperparameter @{ learning_rate = 0.1 } -ClassName (0..9)
            "$session" | Should -Be 'Softmax (Pixels=784, Weight=0.5) at 0'
            $session.ReadVariable('w').ToArray()[0] | Should -Be 0.5
            $session.ClassNames[9] | Should -Be '9'
            ($session | Invoke-ModelTraining $data -Steps 2).Iteration | Should -Be 2
        }

        It 'is not needed to restore the model in a new process, and to train it on' {
            $session = New-ModelSession $softmax -Name Softmax -Hyperparameter @{ learning_rate = 0.1 } -Seed 3
            $null = $session | Invoke-ModelTraining $data -Steps 2 | Save-ModelCheckpoint TestDrive:/softmax
            $null = $session | Invoke-ModelTraining $data -Steps 2
            $folder = (Get-Item TestDrive:/softmax).FullName
            $module = (Get-Module ModelSession).Path
            $sum = & (Get-Process -Id $PID).Path -NoProfile -Command "Import-Module '$module'; `$s = Restore-ModelSession '$folder' | Invoke-ModelTraining (Import-ModelDataset) -Steps 2 6> `$null; (`$s.ReadVariable('w').ToArray() | Measure-Object -Sum -Maximum | ForEach-Object { `$_.Sum.ToString('R') + ' ' + `$_.Maximum })"
            $sum | Should -Be ($session.ReadVariable('w').ToArray() | Measure-Object -Sum -Maximum | ForEach-Object { $_.Sum.ToString('R') + ' ' + $_.Maximum })
        }

        It 'fails with the first statement that fails, not with what follows from it' {
            $failure = { New-ModelSession { param($g) $x = $g.Placeholder('Float', @(1), 'x'); @{ loss = $x.Nothing.At.All } } -ErrorAction Stop } | Should -Throw -PassThru
            $failure.Exception.Message | Should -BeLike '*Float*'
            $failure.InvocationInfo.Line | Should -BeLike '*Placeholder*'
        }

        It 'is shown at the line of it that failed: <What>' -ForEach @(
            @{ What = 'no such method'; Script = { param($g)
                    $g.NoSuch() }; Message = '*NoSuch*'
            }
            @{ What = 'a method of nothing'; Script = { param($g)
                    $nothing = $null
                    $nothing.NoSuch() }; Message = '*null-valued*'
            }
            @{ What = 'a throw'; Script = { param($g)
                    throw 'NoSuch' }; Message = 'NoSuch'
            }
            @{ What = 'what the builder refuses'; Script = { param($g)
                    $g.Placeholder('Float32', @(2), 'NoSuch').Graph.Operation('none') }; Message = '*none*'
            }
        ) {
            New-ModelSession $Script -ErrorVariable failures -ErrorAction SilentlyContinue
            $failure = $failures | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | Select-Object -First 1
            $failure.InvocationInfo.Line | Should -BeLike '*NoSuch*'
            $failure.InvocationInfo.PositionMessage | Should -BeLike '*NoSuch*'
            "$failure" | Should -BeLike $Message
            "$failure" | Should -Not -BeLike 'Exception calling*'
        }

        It 'that gives no roles, or takes no builder, is refused with the form' {
            $failure = { New-ModelSession { param($g) 5 } -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.Exception.Message | Should -BeLike '*@{ inputs =*'
            { New-ModelSession { @{} } -ErrorAction Stop } | Should -Throw '*param($g)*'
        }

        It 'alone takes -Name and -Hyperparameter' {
            { New-ModelSession Mnist -Name Mine -ErrorAction Stop } | Should -Throw '*-Name*'
        }
    }

    Context '-BaseModel' {
        BeforeAll {
            $data = Import-ModelDataset
            $trained = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed 1 | Invoke-ModelTraining $data -Steps 3
            $head = {
                param($g, $base)
                $features = $base['model/Relu_2']
                $y = $g.Placeholder('Float32', @(-1, 10), 'y')
                $w = $g.Variable('head/w', @(1024, 10), [ModelSessions.Initializers]::Zeros)
                $iteration = $g.Variable($g.Constant(0, 'Int64'), 'iteration', $false)
                $loss = $g.ReduceMean($g.SoftmaxCrossEntropy($y, $g.MatMul($features, $w)))
                @{
                    inputs = $base['inputs']; labels = $y; loss = $loss; iteration = $iteration.Handle
                    train = [ModelSessions.GradientDescentOptimizer]::new(0.1, 'GradientDescent').Minimize($loss, $iteration)
                    hyperparameters = @{ keep_probability = $base['hyperparameters.keep_probability'] }
                }
            }
        }

        It 'trains only what is named on a <_>' -ForEach 'session', 'checkpoint', 'folder', 'frozen graph' {
            $kind = $_
            $base = switch ($kind) {
                'session' { $trained }
                'checkpoint' { $null = $trained | Save-ModelCheckpoint TestDrive:/base; Get-ModelCheckpoint TestDrive:/base }
                'folder' { $null = $trained | Save-ModelCheckpoint TestDrive:/base; 'TestDrive:/base' }
                'frozen graph' { $trained | Export-ModelGraph TestDrive:/frozen.pb -Frozen -Output predictions, model/Relu_2; 'TestDrive:/frozen.pb' }
            }
            $session = New-ModelSession $head -BaseModel ($base | Select-Object -Last 1) -Scope mnist -Trainable head/*
            $null = $session | Invoke-ModelTraining $data -Steps 3
            if ($kind -ne 'frozen graph') {
                $session.ReadVariable('mnist/model/fc1/bias').ToArray() | Should -Be $trained.ReadVariable('model/fc1/bias').ToArray()
            }

            ($session.ReadVariable('head/w').ToArray() | Measure-Object -Maximum).Maximum | Should -BeGreaterThan 0
            $session.Iteration | Should -Be 3
        }

        It 'names what is near where the base has no such node' {
            $failure = { New-ModelSession { param($g, $base) $g.Layers.Dense($base['model/Rellu_2'], 10) } -BaseModel $trained -ErrorAction Stop } | Should -Throw -PassThru
            $failure.Exception.Message | Should -BeLike "The base model 'base' has no 'model/Rellu_2'.*'base/model/Relu_2'*"
            $failure.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
        }

        It 'trains the base on as a whole by an optimizer with slots' {
            $session = New-ModelSession {
                param($g, $base)
                $y = $g.Placeholder('Float32', @(-1, 10), 'y')
                $loss = $g.Losses.SoftmaxCrossEntropy($y, $g.Layers.Dense($base.Tensor('model/Relu_2'), 10))
                @{
                    inputs = $base['inputs']; labels = $y; loss = $loss; train = [ModelSessions.AdamOptimizer]::new(1e-3).Minimize($loss, $g.GlobalStep())
                    hyperparameters = @{ keep_probability = $base['hyperparameters.keep_probability'] }
                }
            } -BaseModel $trained
            ($session | Invoke-ModelTraining $data -Steps 2).Iteration | Should -Be 2
            $session.ReadVariable('base/model/fc1/bias').ToArray() | Should -Not -Be $trained.ReadVariable('model/fc1/bias').ToArray()
        }

        It 'tells of the miss, once, and not of patterns that had nothing to match yet' {
            $script = { param($g, $base) $base.Tensor('nowhere'); @{ inputs = $base['inputs'] } }
            foreach ($trainable in @{}, @{ Trainable = 'head/*' }) {
                $failure = { New-ModelSession $script -BaseModel $trained @trainable -ErrorAction Stop } | Should -Throw -PassThru
                "$failure" | Should -BeLike "The base model 'base' has no 'nowhere'.*"
                "$failure" | Should -Not -Match 'Exception calling'
            }
        }

        It 'names what is near where a pattern matches nothing' {
            { New-ModelSession $head -BaseModel $trained -Trainable haed/* -ErrorAction Stop } | Should -Throw "*'haed/*head/w*"
        }
    }
}
