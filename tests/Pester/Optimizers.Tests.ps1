BeforeAll {
    $feeds = @{ x = [float[]](1, 2, 3); y = [float[]](3, 5, 7) }

    # y = a·x + b; the block gives the train op.
    function NewLine([scriptblock]$Train) {
        New-ModelSession -Definition {
            param($g)
            $x = $g.Placeholder('Float32', @(-1), 'x')
            $y = $g.Placeholder('Float32', @(-1), 'y')
            $a = $g.GetVariable('a', @(), [ModelSessions.Initializers]::Zeros)
            $b = $g.GetVariable('b', @(), [ModelSessions.Initializers]::Zeros)
            $line = $x * $a + $b
            $loss = $g.ReduceMean($g.Square($line - $y), $null, $false, 'loss')
            @{ inputs = $x; labels = $y; predictions = $line; loss = $loss; train = & $Train $g $loss; iteration = $g.GlobalStep() }
        }.GetNewClosure()
    }

    function Loss($Session) { ($Session | Invoke-ModelSession -Feed $feeds -Fetch loss).loss }
}

Describe 'Optimizers in a script block' {
    It 'trains by <Name>' -ForEach @(
        @{ Name = 'AdadeltaOptimizer'; Arguments = 10.0 }
        @{ Name = 'AdagradOptimizer'; Arguments = 0.5 }
        @{ Name = 'AdamOptimizer'; Arguments = 0.1 }
        @{ Name = 'AdamWOptimizer'; Arguments = 0.001, 0.1 }
        @{ Name = 'FtrlOptimizer'; Arguments = 0.5 }
        @{ Name = 'GradientDescentOptimizer'; Arguments = 0.05 }
        @{ Name = 'MomentumOptimizer'; Arguments = 0.02, 0.9 }
        @{ Name = 'RmsPropOptimizer'; Arguments = 0.05, 0.9, 0.1 }
    ) {
        $optimizer = ([type]"ModelSessions.$Name")::new.Invoke($Arguments)
        $s = NewLine { param($g, $loss) $optimizer.Minimize($loss, $g.GlobalStep()) }
        $before = Loss $s
        1..20 | ForEach-Object { $null = $s | Invoke-ModelSession -Feed $feeds -Target train }
        Loss $s | Should -BeLessThan $before
        $s.Iteration | Should -Be 20
    }

    It 'clips gradients in between' {
        $s = NewLine {
            param($g, $loss)
            $optimizer = [ModelSessions.GradientDescentOptimizer]::new(1.0)
            $optimizer.ApplyGradients($g.ClipByGlobalNorm($optimizer.ComputeGradients($loss), 0.5), $g.GlobalStep())
        }
        $null = $s | Invoke-ModelSession -Feed $feeds -Target train
        $a, $b = 'a', 'b' | ForEach-Object { $s.ReadVariable($_).ToArray()[0] }
        [Math]::Sqrt($a * $a + $b * $b) | Should -BeGreaterThan 0.4999
        [Math]::Sqrt($a * $a + $b * $b) | Should -BeLessThan 0.5001
    }

    It 'takes several runs for a step' {
        $s = NewLine {
            param($g, $loss)
            $optimizer = [ModelSessions.AdamOptimizer]::new(0.1)
            $optimizer.AccumulatedSteps = 3
            $optimizer.Minimize($loss, $g.GlobalStep())
        }
        1..5 | ForEach-Object { $null = $s | Invoke-ModelSession -Feed $feeds -Target train }
        $s.Iteration | Should -Be 1
    }

    It 'lets the rate fall and averages variables' {
        $s = NewLine {
            param($g, $loss)
            $rate = $g.LearningRates.PiecewiseConstant($g.GlobalStep(), @(10, 20), @(0.1, 0.01, 0.001))
            $step = [ModelSessions.GradientDescentOptimizer]::new($rate).Minimize($loss, $g.GlobalStep())
            $after = $g.ControlDependencies($step)
            try { [ModelSessions.ExponentialMovingAverage]::new(0.5).Apply($g) } finally { $after.Dispose() }
        }
        $null = $s | Invoke-ModelSession -Feed $feeds -Target train
        $s.ReadVariable('a/ExponentialMovingAverage').ToArray()[0] | Should -Be ($s.ReadVariable('a').ToArray()[0] / 2)
    }
}

Describe 'Lists for the builder' {
    It 'are arrays' {
        $g = [ModelSessions.GraphBuilder]::new()
        $a, $b = 'a', 'b' | ForEach-Object { $g.Placeholder('Float32', 2, $_) }
        $g.Concat(@($a, $b), 0).Shape.ToString() | Should -Be '[4]'
        $g.Stack(@($a, $b)).Shape.ToString() | Should -Be '[2, 2]'
        $g.AddN(@($a, $b), 'sum').Name | Should -Be 'sum:0'
        $g.GroupOperations(@($a.Operation, $b.Operation), 'both').Name | Should -Be 'both'
        $w = $g.GetVariable('w', 2)
        $g.InitializeVariables(@($w)).Name | Should -Be 'init'
    }
}
