BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $data = Import-ModelDataset
    function New-Line { New-ModelSession ([LineModel]) -Seed 1 }
    function Get-Weight($Session) { $Session.ReadVariable('w').ToArray() -join ' ' }
}

Describe 'Invoke-ModelTraining' {
    It 'emits the session, trained' {
        $session = New-Line
        $emitted = $session | Invoke-ModelTraining $data -Steps 3
        [object]::ReferenceEquals($emitted, $session) | Should -BeTrue
        $session.Iteration | Should -Be 3
        $session.LastRun.Steps | Should -Be 3
        $session.LastRun.Examples | Should -Be 150
    }

    It 'writes the summaries of the graph into an event log, and says if there are none' {
        $session = New-ModelSession ([LoggedModel]) | Invoke-ModelTraining $data -Steps 4 -SummaryInterval 2 -LogDirectory TestDrive:/log
        $session.Iteration | Should -Be 4
        $log = Get-ChildItem TestDrive:/log/train -Filter *.tfevents.*
        $log.Length | Should -BeGreaterThan 50
        { New-Line | Invoke-ModelTraining $data -Steps 4 -SummaryInterval 2 -LogDirectory TestDrive:/none -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
        'TestDrive:/none' | Should -Not -Exist
    }

    It 'writes an event log for TensorBoard, with a curve of the validation part' {
        $null = New-Line | Invoke-ModelTraining $data -Epochs 1 -BatchSize 500 -LogDirectory TestDrive:/events -LogInterval 3 -HistogramInterval 6
        function Get-Value($Name) {
            Get-ChildItem TestDrive:/events/$Name | ForEach-Object { [ModelSessions.Files.EventFile]::Read($_.FullName) } | Where-Object Summary |
                ForEach-Object { $step = $_.Step; $_.Summary.Value | ForEach-Object { "$step $($_.Tag)" } }
        }
        $train = Get-Value train
        $train | Where-Object { $_ -like '* loss' } | Should -Be '1 loss', '3 loss', '6 loss', '9 loss', '12 loss', '15 loss', '18 loss'
        $train | Should -Contain '0 settings'
        $train | Should -Contain '12 w'
        Get-Value validation | Should -Contain '18 accuracy'
    }

    It 'goes through the data once by default' {
        $session = New-Line | Invoke-ModelTraining $data -BatchSize 1000
        $session.LastRun.Examples | Should -Be 9000
        $session.Iteration | Should -Be 9
    }

    It 'learns' {
        $session = New-Line
        $before = $session | Test-Model $data
        $after = $session | Invoke-ModelTraining $data -Epochs 0.5 -LearningRate 0.1 | Test-Model $data
        $after.Accuracy | Should -BeGreaterThan 0.7
        $after.Loss | Should -BeLessThan $before.Loss
    }

    It 'trains every session of the pipeline' {
        $sessions = New-Line; $more = New-Line
        $null = $sessions, $more | Invoke-ModelTraining $data -Steps 2
        $sessions.Iteration, $more.Iteration | Should -Be 2, 2
    }

    It 'neither trains nor saves with -WhatIf' {
        $session = New-ModelSession ([LineModel]) -Seed 1 -Directory "$TestDrive/whatif"
        $session | Invoke-ModelTraining $data -Steps 3 -CheckpointInterval 1 -WhatIf | Should -Be $session
        $session.Iteration | Should -Be 0
        Get-ChildItem "$TestDrive/whatif" -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'takes one part of a dataset too' {
        (New-Line | Invoke-ModelTraining $data.Validation -BatchSize 500).LastRun.Examples | Should -Be 1000
    }

    It 'gives the same numbers in one call or in several' {
        $one = New-Line | Invoke-ModelTraining $data -Steps 6
        $several = New-Line
        1..3 | ForEach-Object { $null = $several | Invoke-ModelTraining $data -Steps 2 }
        Get-Weight $several | Should -Be (Get-Weight $one)
    }

    It 'gives the same numbers with and without reports and validation' {
        $quiet = New-Line | Invoke-ModelTraining $data -Steps 4 -ReportInterval 0
        $telling = New-Line | Invoke-ModelTraining $data -Steps 4 -ReportInterval 1 -ValidationInterval 2
        Get-Weight $telling | Should -Be (Get-Weight $quiet)
    }

    It 'tells wrong data by row, as an error of the data' {
        $session = New-ModelSession {
            param($g)
            $x = $g.Placeholder('float32', @(-1, 2), 'x')
            $y = $g.Placeholder('int64', @(-1), 'y')
            $loss = $g.Losses.SparseSoftmaxCrossEntropy($y, $g.Layers.Dense($x, 3))
            @{ inputs = $x; labels = $y; loss = $loss; train = [ModelSessions.GradientDescentOptimizer]::new(0.1).Minimize($loss) }
        }
        $between = Import-ModelDataset -InputArray @((1, 2), (3, 4)) -LabelArray 0, 1.5
        $failure = { $session | Invoke-ModelTraining $between -Steps 1 -ErrorAction Stop } | Should -Throw -PassThru -ErrorId 'DatasetInvalid,*'
        $failure.Exception.Message | Should -BeLike 'row 2: the label is 1.5; *'
        $beyond = Import-ModelDataset -InputArray @((1, 2), (3, 4)) -LabelArray 0, 3
        { $session | Invoke-ModelTraining $beyond -Steps 1 -ErrorAction Stop } | Should -Throw '*has room for 3. row 2: the label is of class 3. Classes are counted from 0. *-ClassName (1..3).'
    }

    Context 'without data' {
        It 'refuses a graph that must be fed' {
            { New-Line | Invoke-ModelTraining -Steps 1 -ErrorAction Stop } | Should -Throw '*Give the data to train with*'
        }

        It 'refuses what says something of a dataset' {
            { New-Line | Invoke-ModelTraining -Steps 1 -BatchSize 5 -ErrorAction Stop } | Should -Throw '*-BatchSize*'
        }
    }

    Context '-LearningRate' {
        It 'takes a number, and keeps it for later calls' {
            $session = New-Line | Invoke-ModelTraining $data -Steps 1 -LearningRate 0.02
            ($session.Hyperparameters | Where-Object Name -EQ learning_rate).Training | Should -Be 0.02
            $other = New-Line | Invoke-ModelTraining $data -Steps 1 -LearningRate 0.02 | Invoke-ModelTraining $data -Steps 1 -LearningRate 0.02
            Get-Weight ($session | Invoke-ModelTraining $data -Steps 1) | Should -Be (Get-Weight $other)
        }

        It 'takes numbers of the pipeline one by one' {
            $session = New-Line
            0.1, 0.01 | ForEach-Object { $session | Invoke-ModelTraining $data -LearningRate $_ -Steps 2 } | Should -HaveCount 2
            $session.Iteration | Should -Be 4
        }

        It 'takes a table by iteration' {
            $byTable = New-Line | Invoke-ModelTraining $data -Steps 4 -LearningRate @{ 0 = 0.1; 2 = 0.01 }
            $byHand = New-Line | Invoke-ModelTraining $data -Steps 2 -LearningRate 0.1 | Invoke-ModelTraining $data -Steps 2 -LearningRate 0.01
            Get-Weight $byTable | Should -Be (Get-Weight $byHand)
        }

        It 'takes a script block, and gives it the iteration before each step' {
            $seen = [Collections.Generic.List[object]]::new()
            $session = New-Line
            $null = $session | Invoke-ModelTraining $data -Steps 2
            $null = $session | Invoke-ModelTraining $data -Steps 3 -LearningRate { param($step) $seen.Add(@($step, $_)); 0.1 }
            ($seen | ForEach-Object { $_[0] } | Select-Object -Unique) | Should -Be 2, 3, 4
            $seen | ForEach-Object { $_[0] | Should -Be $_[1] }
        }

        It 'takes a schedule' {
            $schedule = [ModelSessions.Training.Schedule]::Constant(0.05)
            (New-Line | Invoke-ModelTraining $data -Steps 1 -LearningRate $schedule).Hyperparameters[0].Training | Should -Be 0.05
        }

        It 'takes a schedule of New-ModelSchedule, and one in a table' {
            $made = New-Line | Invoke-ModelTraining $data -Steps 4 -LearningRate (New-ModelSchedule 0.1 -Exponential -DecaySteps 2 -DecayRate 0.5)
            $written = New-Line | Invoke-ModelTraining $data -Steps 4 -LearningRate @{ Schedule = 'exponential'; Initial = 0.1; DecaySteps = 2; DecayRate = 0.5 }
            $made.Hyperparameters[0].Training | Should -Be (0.1 * [Math]::Pow(0.5, 1.5))
            Get-Weight $written | Should -Be (Get-Weight $made)
            { New-Line | Invoke-ModelTraining $data -LearningRate @{ Schedule = 'cosin' } } | Should -Throw "*'cosine'*"
        }

        It 'refuses <What>' -ForEach @(
            @{ What = 'a negative number'; Rate = -0.1; Id = 'ValueOutOfRange' }
            @{ What = 'no number'; Rate = { 'fast' }; Id = 'InvalidArgument' }
            @{ What = 'a script block that gives nothing'; Rate = { }; Id = 'InvalidArgument' }
        ) {
            $session = New-Line
            $failure = { $session | Invoke-ModelTraining $data -Steps 2 -LearningRate $Rate -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
            $session.Iteration | Should -Be 0
        }

        It 'refuses a text' {
            { New-Line | Invoke-ModelTraining $data -LearningRate fast } |
                Should -Throw -ErrorId 'ParameterArgumentTransformationError,ModelSessions.PowerShell.InvokeModelTrainingCommand'
        }

        It 'tells of the point where a rate is written with a comma' {
            { New-Line | Invoke-ModelTraining $data -Steps 1 -LearningRate 0,1 } | Should -Throw "*'0, 1' is a list; decimals are written with a point*"
        }

        It 'shows the error of a script block as the script made it' {
            $failure = { New-Line | Invoke-ModelTraining $data -Steps 2 -LearningRate { throw 'no rate today' } -ErrorAction Stop } | Should -Throw -PassThru
            $failure.Exception.Message | Should -BeLike '*no rate today*'
        }
    }

    Context 'hyperparameters' {
        It 'are given by name, however it is spelt' {
            (New-Line | Invoke-ModelTraining $data -Steps 1 -Hyperparameter @{ LearningRate = 0.03 }).Hyperparameters[0].Training | Should -Be 0.03
        }

        It 'are refused where the model has none of that name' {
            $failure = { New-Line | Invoke-ModelTraining $data -Steps 1 -KeepProbability 0.5 -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
            $failure.Exception.Message | Should -BeLike '*keep_probability*learning_rate*'
        }

        It 'are refused where they are given twice' {
            $failure = { New-Line | Invoke-ModelTraining $data -Steps 1 -LearningRate 0.1 -Hyperparameter @{ learning_rate = 0.1 } -ErrorAction Stop } |
                Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        }

        It 'are refused outside of their range' {
            $session = New-ModelSession Mnist -Layer1 2 -Layer2 2
            $failure = { $session | Invoke-ModelTraining $data -Steps 1 -KeepProbability 0 -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ValueOutOfRange,*'
        }
    }

    It 'saves a checkpoint as soon as so many seconds have passed' {
        $session = New-ModelSession ([LineModel]) -Seed 1 -Directory "$TestDrive/often" | Invoke-ModelTraining $data -Steps 3 -CheckpointSeconds 0.000001
        (Get-ModelCheckpoint "$TestDrive/often").Iteration | Should -Be 1, 2, 3
        { New-Line | Invoke-ModelTraining $data -Steps 1 -CheckpointSeconds 1 -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        { $session | Invoke-ModelTraining $data -Steps 1 -CheckpointSeconds -1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    Context 'how long' {
        It 'trains to an iteration, whatever was done before' {
            $session = New-Line | Invoke-ModelTraining $data -Steps 3 | Invoke-ModelTraining $data -UntilIteration 5
            $session.LastRun.Steps | Should -Be 2
            $session.LastRun.StopReason | Should -Be 'Completed'
            ($session | Invoke-ModelTraining $data -UntilIteration 5).LastRun.Steps | Should -Be 0
        }

        It 'trains with so many examples' {
            (New-Line | Invoke-ModelTraining $data -Examples 120).LastRun.Examples | Should -Be 120
        }

        It 'ends when the time is up, and says so' {
            $told = $null
            $session = New-Line | Invoke-ModelTraining $data -TimeLimit 0:0:0.2 -ReportInterval 0 -InformationVariable told
            $session.LastRun.StopReason | Should -Be 'TimeLimit'
            $session.LastRun.Duration.TotalSeconds | Should -BeGreaterOrEqual 0.2
            "$told" | Should -BeLike '*TimeLimit*'
            (New-Line | Invoke-ModelTraining $data -UntilTime (Get-Date).AddSeconds(-1)).LastRun.Steps | Should -Be 0
            (New-Line | Invoke-ModelTraining $data -Steps 2 -TimeLimit 1:0:0).LastRun.StopReason | Should -Be 'Completed'
        }

        It 'leaves the last examples out, or keeps them for the next batch' {
            (New-Line | Invoke-ModelTraining $data.Validation -BatchSize 300).LastRun.Steps | Should -Be 4
            (New-Line | Invoke-ModelTraining $data.Validation -BatchSize 300 -LastBatch Drop).LastRun.Steps | Should -Be 3
            $session = New-Line | Invoke-ModelTraining $data.Validation -BatchSize 300 -LastBatch CarryOver -Epochs 3
            $session.LastRun.Steps, $session.LastRun.Examples | Should -Be 10, 3000
        }

        It 'shuffles by a seed of its own' {
            $one = New-Line | Invoke-ModelTraining $data -Steps 2 -ShuffleSeed 3
            Get-Weight (New-Line | Invoke-ModelTraining $data -Steps 2 -ShuffleSeed 3) | Should -Be (Get-Weight $one)
            Get-Weight (New-Line | Invoke-ModelTraining $data -Steps 2 -ShuffleSeed 4) | Should -Not -Be (Get-Weight $one)
        }
    }

    Context 'early ends' {
        It 'runs out of patience' {
            $told = $null
            $session = New-Line | Invoke-ModelTraining $data -Steps 100 -LearningRate 0 -ValidationInterval 2 -Patience 3 -InformationVariable told
            $session.LastRun.StopReason, $session.LastRun.Steps | Should -Be EarlyStop, 8
            $told[-1] | Should -BeLike '*EarlyStop*loss was not better*'
            $failure = { New-Line | Invoke-ModelTraining $data -Steps 9 -Patience 3 -Monitor acuracy -ErrorAction Stop } | Should -Throw -PassThru
            $failure.Exception.Message | Should -BeLike "*'accuracy'*"
            { New-Line | Invoke-ModelTraining $data -Steps 9 -MinDelta 3 -ErrorAction Stop } | Should -Throw '*-Patience*'
            $rising = New-Line | Invoke-ModelTraining $data -Steps 100 -LearningRate 0.1 -ValidationInterval 2 -Patience 3 -Goal Maximum 6> $null
            $rising.LastRun.StopReason | Should -Be EarlyStop
            { New-Line | Invoke-ModelTraining $data -Steps 9 -Goal Minimum -ErrorAction Stop } | Should -Throw '*-Patience or -KeepBest*'
        }

        It 'keeps the best checkpoint beside the others' {
            $folder = Join-Path $TestDrive best
            $null = New-ModelSession ([LineModel]) -Seed 1 -Directory $folder | Invoke-ModelTraining $data -Steps 6 -ValidationInterval 2 -KeepBest Accuracy -CheckpointInterval 6
            $names = (Get-ModelCheckpoint $folder).Name
            $names | Where-Object { $_ -like 'best-*' } | Should -HaveCount 1
            $names | Should -Contain 'model.ckpt-6'
            $folder = Join-Path $TestDrive bestalone
            $null = New-ModelSession ([LineModel]) -Seed 1 -Directory $folder | Invoke-ModelTraining $data -Steps 4 -ValidationInterval 2 -KeepBest Accuracy
            (Restore-ModelSession $folder -WarningVariable warned).Checkpoint.Name | Should -BeLike 'best-*'
            $warned | Should -BeNullOrEmpty
        }

        It 'stops where numbers are not finite, and saves nothing of them' {
            $folder = Join-Path $TestDrive nan
            $session = New-ModelSession ([LineModel]) -Seed 1 -Directory $folder |
                Invoke-ModelTraining $data -Steps 20 -LearningRate 1e38 -SaveOnStop -CheckpointInterval 1 -WarningVariable warned -WarningAction SilentlyContinue
            $session.LastRun.StopReason | Should -Be 'NaN'
            $warned | Should -BeLike '*stopped*'
            Get-ModelCheckpoint $folder -ErrorAction Ignore | ForEach-Object { ($_ | Restore-ModelSession).ReadVariable('w').ToArray() | Should -Not -Contain ([float]::NaN) }
            (New-Line | Invoke-ModelTraining $data -Steps 5 -LearningRate 1e38 -AllowNonFinite).LastRun.Steps | Should -Be 5
        }

        It 'saves when it ends with -SaveOnStop' {
            $folder = Join-Path $TestDrive stop
            $session = New-ModelSession ([LineModel]) -Seed 1 -Directory $folder | Invoke-ModelTraining $data -Steps 3 -SaveOnStop
            $null = $session | Invoke-ModelTraining $data -Steps 100 -LearningRate { $_ -lt 5 ? 0.1 : $(throw 'no rate') } -SaveOnStop -ErrorAction SilentlyContinue
            (Get-ModelCheckpoint $folder).Iteration | Should -Be 3, 5
            { New-Line | Invoke-ModelTraining $data -Steps 1 -SaveOnStop -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        }
    }

    It 'validates at the end of each epoch where patience or a schedule asks for it' {
        $told = $null
        $plateau = New-ModelSchedule 0.1 -Plateau -Patience 1 -MinDelta 100 -Factor 0.5
        { New-Line | Invoke-ModelTraining $data.Validation -Patience 2 -ErrorAction Stop } | Should -Throw '*no validation part*'
        $session = New-Line | Invoke-ModelTraining $data -BatchSize 3000 -Epochs 3 -LearningRate $plateau -ReportInterval 0 -InformationVariable told
        $told.MessageData.Iteration | Should -Be 3, 6, 9
        $session.Hyperparameters[0].Training | Should -Be 0.05
    }

    It 'refuses -<Name> <Value>' -ForEach @(
        @{ Name = 'BatchSize'; Value = 0 }
        @{ Name = 'Steps'; Value = 0 }
        @{ Name = 'Epochs'; Value = 0 }
        @{ Name = 'ReportInterval'; Value = -1 }
    ) {
        $parameters = @{ $Name = $Value }
        { New-Line | Invoke-ModelTraining $data @parameters } |
            Should -Throw -ErrorId 'ParameterArgumentValidationError,ModelSessions.PowerShell.InvokeModelTrainingCommand'
    }

    It 'runs the train operation that is named, where a model has several' {
        $checkpoint = New-Line | Save-ModelCheckpoint (Join-Path $TestDrive several)
        $session = $checkpoint | Restore-ModelSession -Binding @{ train = @{ learn = 'train'; uncounted = 'train/update' } }
        $failure = { $session | Invoke-ModelTraining $data -Steps 1 -ErrorAction Stop } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeLike "*'learn'*"
        $before = Get-Weight $session
        $null = $session | Invoke-ModelTraining $data -Steps 1 -TrainOperation uncounted
        Get-Weight $session | Should -Not -Be $before
        $session.Iteration | Should -Be 0
        $null = $session | Invoke-ModelTraining $data -Steps 1 -TrainOperation learn
        $session.Iteration | Should -Be 1
    }

    Context 'what it tells' {
        It 'is reports on the information stream' {
            $told = $null
            $null = New-Line | Invoke-ModelTraining $data -Steps 4 -ReportInterval 2 -ValidationInterval 4 -InformationVariable told
            $told.MessageData | Should -HaveCount 3
            $told.MessageData | Should -BeOfType ModelSessions.PowerShell.TrainingReport
            $told.MessageData.Iteration | Should -Be 2, 4, 4
            $told.MessageData.Part | Should -Be 'batch', 'batch', 'validation'
            "$($told[2])" | Should -Match '^iteration 4, validation: accuracy 0\.\d{4}, loss \d\.\d{4}, [\d,.]+ examples/s, 0:00:00 left$'
        }

        It 'is a progress bar that goes away in the end' {
            $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
            try {
                $null = $shell.AddScript({
                        param($session, $data)
                        Import-Module ModelSession
                        $session | Invoke-ModelTraining $data -Steps 5
                    }).AddArgument((New-Line)).AddArgument($data).Invoke()
                $records = $shell.Streams.Progress
                $records[0].Activity | Should -Be 'Training Line'
                $records[0].StatusDescription | Should -Match '^iteration 1 of 5, loss \d'
                $records[-1].RecordType | Should -Be 'Completed'
            }
            finally {
                $shell.Dispose()
            }
        }
    }

    It 'ends after the step at hand when it is stopped; the session can be used on' {
        $folder = Join-Path $TestDrive stopped
        $session = New-ModelSession ([LineModel]) -Seed 1 -Directory $folder
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        try {
            $running = $shell.AddScript({
                    param($session, $data)
                    Import-Module ModelSession
                    $session | Invoke-ModelTraining $data -Epochs 10000 -SaveOnStop -ReportInterval 1 -LearningRate { 0.1 }
                }).AddArgument($session).AddArgument($data).BeginInvoke()
            while ($null -eq $session.Position -and -not $running.IsCompleted) {
                Start-Sleep -Milliseconds 20
            }

            $clock = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.ElapsedMilliseconds | Should -BeLessThan 2000
        }
        finally {
            $shell.Dispose()
        }

        $session.LastRun.StopReason | Should -Be 'Stopped'
        $session.IsTorn | Should -BeFalse
        $stopped = $session.Iteration
        (Get-ModelCheckpoint $folder).Iteration | Should -Be $stopped
        ($session | Invoke-ModelTraining $data -Steps 1).Iteration | Should -Be ($stopped + 1)
    }

    Context '-CheckpointInterval' {
        It 'saves in the session''s folder' {
            $folder = Join-Path $TestDrive saved
            $null = New-ModelSession ([LineModel]) -Directory $folder | Invoke-ModelTraining $data -Steps 5 -CheckpointInterval 2
            (Get-ModelCheckpoint $folder).Iteration | Should -Be 2, 4
        }

        It 'needs such a folder' {
            $session = New-Line
            $failure = { $session | Invoke-ModelTraining $data -Steps 5 -CheckpointInterval 2 -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $session.Iteration | Should -Be 0
        }
    }

    It 'trains the seed model with nothing but defaults' {
        $session = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed 1 | Invoke-ModelTraining $data.Validation
        $session.Iteration | Should -Be 20
        $session.LastRun.Loss | Should -BeLessThan 2.5
    }
}
