BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Golden.ps1
    class SumModel : ModelSessions.ModelDefinition {
        [ModelSessions.Binding] Build([ModelSessions.GraphBuilder] $g) {
            $a = $g.Placeholder('Float32', @(-1, 2), 'a')
            $b = $g.Placeholder('Int32', @(), 'b')
            $text = $g.Placeholder('String', @(-1), 'text')
            $half = $g.Placeholder('Float16', @(-1), 'half')
            $yes = $g.Placeholder('Bool', @(), 'yes')
            $count = $g.Variable($g.Constant(0, 'Int64'), 'count', $false)
            $null = $g.AddOperation('AssignAdd', 'step', $null, $count.Handle, $g.Constant(1, 'Int64'))
            $sum = $g.ReduceSum($a, [long[]]@(1), $false, 'sum')
            $null = $g.AddOperation('Mul', 'twice', $null, $b, $g.Constant(2, 'Int32'))
            foreach ($tensor in $a, $text, $half, $yes) {
                $null = $g.AddOperation('Identity', "same_$($tensor.Operation.Name)", $null, $tensor)
            }

            $null = $g.AddOperation('StringLength', 'length', $null, $text)
            $null = $g.Gather($half, $g.Constant(0, 'Int32'), 0, 'half_of')
            $null = $g.Gather($text, $g.Constant(0, 'Int32'), 0, 'text_of')
            return [ModelSessions.Binding]::new(@{ inputs = $a; predictions = $sum })
        }
    }

    $session = New-ModelSession ([SumModel])
}

Describe 'Invoke-ModelSession' {
    It 'fetches tensors by name and role' {
        $result = $session | Invoke-ModelSession sum:0, predictions -Feed @{ a = @(1, 2), @(3, 4) }
        $result.'sum:0'.ToArray() | Should -Be 3, 7
        $result.predictions.ToArray() | Should -Be 3, 7
    }

    It 'feeds <What>' -ForEach @(
        @{ What = 'lists of lists'; Value = { @(1, 2), @(3, 4) } }
        @{ What = 'an array of two dimensions'; Value = { $grid = [float[, ]]::new(2, 2); $grid[0, 0] = 1; $grid[0, 1] = 2; $grid[1, 0] = 3; $grid[1, 1] = 4; , $grid } }
        @{ What = 'an array of two dimensions of another type'; Value = { $grid = [int[, ]]::new(2, 2); $grid[0, 0] = 1; $grid[0, 1] = 2; $grid[1, 0] = 3; $grid[1, 1] = 4; , $grid } }
        @{ What = 'texts that are numbers'; Value = { @('1', '2'), @('3.0', '4e0') } }
        @{ What = 'a tensor'; Value = { ($session | Invoke-ModelSession same_a -Feed @{ a = @(1, 2), @(3, 4) }).same_a } }
    ) {
        ($session | Invoke-ModelSession sum -Feed @{ inputs = & $Value }).sum.ToArray() | Should -Be 3, 7
    }

    It 'feeds other types' {
        ($session | Invoke-ModelSession twice -Feed @{ b = 21 }).twice | Should -Be 42
        ($session | Invoke-ModelSession same_text -Feed @{ text = 'a', 'b' }).same_text.ToArray() | Should -Be 'a', 'b'
        ($session | Invoke-ModelSession same_half -Feed @{ half = @(0.5) }).same_half.ToArray() | Should -Be 0.5
        ($session | Invoke-ModelSession same_yes -Feed @{ yes = $true }).same_yes | Should -BeTrue
    }

    It 'gives scalars as values, and shows those of small tensors' {
        $run = $session | Invoke-ModelSession twice, sum, half_of, text_of -Feed @{ b = 21; a = @(1, 2), @(3, 4); half = @(0.5); text = 'a', 'b' }
        $run | Out-String | Should -Match '42\s+float32 \[2\]: 3, 7'
        "$($run.twice), $($run.sum)" | Should -Be '42, [3, 7]'
        '{0:N2} {1:0.0}' -f $run.twice, $run.sum | Should -Be '42.00 [3.0, 7.0]'
        $run.twice | Should -BeOfType int
        $run.twice * 2 + 1 | Should -Be 85
        $run.twice -lt 43 | Should -BeTrue
        [math]::Round($run.twice / 4, 1) | Should -Be 10.5
        ($run, $run | Measure-Object twice -Average).Average | Should -Be 42
        ($run, ($session | Invoke-ModelSession twice -Feed @{ b = 1 }) | Sort-Object twice | Where-Object twice -GT 1).twice | Should -Be 2, 42
        $run.half_of | Should -BeOfType float
        $run.half_of | Should -Be 0.5
        $run.text_of | Should -Be 'a'
        ($run | Select-Object twice, text_of | ConvertTo-Json -Compress) | Should -Be '{"twice":42,"text_of":"a"}'
        [double]($session | Invoke-ModelSession same_half -Feed @{ half = @(0.5) }).same_half | Should -Be 0.5
        { [double]$run.sum } | Should -Throw '*one element*'
        "$([ModelSessions.Tensor]::Zeros('Float32', @(784, 10)))" | Should -Be 'float32 [784, 10]'
    }

    It 'gives a text that is no UTF-8 as bytes' {
        $content = ($session | Invoke-ModelSession text_of -Feed @{ text = , [byte[]](255, 216, 0) }).text_of
        , $content | Should -BeOfType byte[]
        $content | Should -Be 255, 216, 0
    }

    It 'tells by roles what must be fed, what can be, and what was meant' {
        $mnist = New-ModelSession Mnist -Layer1 2 -Layer2 2
        $image = , (@(0) * 784)
        { $mnist | Invoke-ModelSession loss -ErrorAction Stop } | Should -Throw "*'inputs' (parameters/x:0) float32*-Feed @{ inputs = …; labels = …; keep_probability = 1 }." -ErrorId 'RunRefused,*'
        { $mnist | Invoke-ModelSession loss -Target train -Feed @{ inputs = $image; labels = , (@(0.1) * 10) } -ErrorAction Stop } |
            Should -Throw '*-Feed @{ learning_rate = 0.001; keep_probability = 0.5 }.'
        { $mnist | Invoke-ModelSession loss -Feed @{ inpts = $image } -ErrorAction Stop } |
            Should -Throw "*'inpts'*Did you mean 'inputs'*'labels', 'learning_rate', 'keep_probability'*" -ErrorId 'GraphNameNotFound,*'
        { $mnist | Invoke-ModelSession loss -Feed @{ inputs = $image; labels = 3; keep_probability = 1 } -ErrorAction Stop } |
            Should -Throw "'labels' (parameters/y:0) takes*one-hot*the class 3 is (, @(0, 0, 0, 1, 0, 0, 0, 0, 0, 0))*"
        { $mnist | Invoke-ModelSession predictions -Feed @{ inputs = $image[0] } -ErrorAction Stop } | Should -Throw '*list of one*'
    }

    It 'takes a session as the last argument, and tells who gives it as the first' {
        (Invoke-ModelSession twice $session -Feed @{ b = 1 }).twice | Should -Be 2
        (Invoke-ModelSession $session -Fetch twice -Feed @{ b = 1 }).twice | Should -Be 2
        { Invoke-ModelSession $session twice -Feed @{ b = 1 } } | Should -Throw '*-Session $session*'
    }

    It 'feeds the content of a file as one string' {
        ($session | Invoke-ModelSession length -Feed @{ text = , [byte[]](255, 216, 0) }).length.ToArray() | Should -Be 3
        ($session | Invoke-ModelSession length -Feed @{ text = [byte[]](255, 216, 0), [byte[]](1, 2), 'one' }).length.ToArray() | Should -Be 3, 2, 3
    }

    It 'runs operations, and emits nothing for them' {
        $session | Invoke-ModelSession -Target step | Should -BeNullOrEmpty
        ($session | Invoke-ModelSession count -Target step).count | Should -BeOfType long
        $session.ReadVariable('count').ToArray() | Should -Be 2
    }

    It 'runs a signature by name, its inputs whatever their case' {
        $result = $session | Invoke-ModelSession -Signature serving_default -Feed @{ Inputs = , @(1, 2) }
        $result.predictions.ToArray() | Should -Be 3
    }

    It 'runs a signature of a SavedModel' {
        $model = Restore-ModelSession (Request-Golden saved_models/linear_text/model) -WarningAction SilentlyContinue
        $result = $model | Invoke-ModelSession -Signature serving_default -Feed @{ x = @(1, 2, 3), @(0, 0, 0) }
        $result.y.Shape[0] | Should -Be 2
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'lists of different lengths'; Feed = @{ a = @(1, 2), @(3) }; Id = 'InvalidArgument' }
        @{ What = 'what is no number'; Feed = @{ a = @(, @('one', 2)) }; Id = 'InvalidArgument' }
        @{ What = 'a shape that does not fit'; Feed = @{ a = 1, 2, 3 }; Id = 'GraphInvalid' }
        @{ What = 'a name that is not there'; Feed = @{ aa = 1 }; Id = 'GraphNameNotFound' }
    ) {
        { $session | Invoke-ModelSession sum -Feed $Feed -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }

    It 'tells what ran, and how long it took' {
        $nodes = $session | Invoke-ModelSession sum -Feed @{ a = @(1, 2), @(3, 4) } -Trace
        $nodes.Name | Should -Be 'sum'
        $nodes.Bytes | Should -Be 8
        $nodes.Duration | Should -BeOfType timespan
        ($nodes | Out-String) | Should -Match 'Duration ms'
    }

    It 'ends a run whose time is up, and keeps to a limit of memory' {
        { $session | Invoke-ModelSession sum -Feed @{ a = @(1, 2), @(3, 4) } -TimeLimit ([timespan]::Zero) -ErrorAction Stop } | Should -Throw -ErrorId 'RunTimedOut,*'
        $small = New-ModelSession ([SumModel]) -MemoryLimit 1KB
        try {
            { $small | Invoke-ModelSession sum -Feed @{ a = @(0..999 | ForEach-Object { , @(1, 2) }) } -ErrorAction Stop } | Should -Throw -ErrorId 'OutOfMemory,*'
            ($small | Invoke-ModelSession sum -Feed @{ a = @(1, 2), @(3, 4) }).sum.ToArray() | Should -Be 3, 7
        }
        finally {
            $small.Dispose()
        }
    }

    It 'refuses to run nothing, and a signature that is not there' {
        { $session | Invoke-ModelSession -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        { $session | Invoke-ModelSession -Signature nope -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
        { $session | Invoke-ModelSession -Signature nope -Feed @{ words = 'a' } -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
        { $session | Invoke-ModelSession -Signature serving_default -Feed @{ words = 'a' } -ErrorAction Stop } | Should -Throw "*it has no 'words'*"
    }

    It 'completes tensors, operations and signatures' {
        $global:sums = $session
        try {
            (TabExpansion2 '$sums | Invoke-ModelSession sum:').CompletionMatches.CompletionText | Should -Be 'sum:0'
            (TabExpansion2 '$sums | Invoke-ModelSession -Target ste').CompletionMatches.CompletionText | Should -Be 'step'
            (TabExpansion2 '$sums | Invoke-ModelSession -Signature s').CompletionMatches.CompletionText | Should -Be 'serving_default'
        }
        finally {
            Remove-Variable sums -Scope Global
        }
    }
}
