BeforeAll {
    Set-StrictMode -Version 3

    # Another process, which knows nothing of the definition.
    function Invoke-Elsewhere([string]$Script) {
        $module = (Get-Module ModelSession).Path
        $output = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$module'; $Script" 2>&1
        $output -join "`n"
    }
}

Describe 'Families of the builder in PowerShell' {
    It 'trains words that a table numbers, and does so again in a new process' {
        $session = New-ModelSession -Directory "$TestDrive/words" -Seed 1 -Definition {
            param($g)
            $text = $g.Placeholder('String', @(-1), 'text')
            $y = $g.Placeholder('Float32', @(-1, 1), 'y')
            $known = $g.Tables.Vocabulary([ModelSessions.Tensor]::FromArray([string[]]('good', 'bad')), 1)
            $clean = $g.Strings.RegexReplace($g.Strings.Lower($text), '[^a-z]', '')
            $weights = $g.GetVariable('weights', @(3, 1), [ModelSessions.Initializers]::Zeros)
            $score = $g.EmbeddingLookup($weights, $known.Lookup($clean))
            $loss = $g.Losses.MeanSquaredError($y, $score)
            $null = [ModelSessions.GradientDescentOptimizer]::new(0.5).Minimize($loss, $g.GlobalStep())
            $null = $g.Tables.Initialize()
            @{ inputs = $text; labels = $y; predictions = $score; loss = $loss; train = 'GradientDescent'; initialize_local = 'init_all_tables' }
        }
        $examples = @{ text = 'Good!', 'bad', 'GOOD', 'Bad.'; y = [ModelSessions.Tensor]::FromArray([float[]](1, -1, 1, -1), @(4, 1)) }
        1..30 | ForEach-Object { $session | Invoke-ModelSession -Feed $examples -Target GradientDescent | Out-Null }
        $session | Save-ModelCheckpoint | Out-Null
        $found = Invoke-Elsewhere "[ModelSessions.PowerShell.Readable]::Value((Restore-ModelSession '$TestDrive/words' | Invoke-ModelSession -Feed @{ text = 'gOod', 'bad' } -Fetch predictions).predictions)"
        $found | Should -Match '(?s)(1|0\.99\d*)\D+-(1|0\.99\d*)'
    }

    It 'reads elements of a dataset that script blocks change' {
        $g = [ModelSessions.GraphBuilder]::new()
        $rows = $g.Datasets.FromTensorSlices([ModelSessions.Tensor]::FromArray([float[]](1..6)))
        $rows = $rows.Map({ param($b, $e) $b.Times($e[0], 2.0) }).Filter({ param($b, $e) $e[0].Greater(4.0) }).Batch(2).Repeat(2)
        $iterator = $rows.MakeInitializableIterator()
        $next = $iterator.GetNext()
        $next[0].DType | Should -Be 'Float32'
        $next[0].Shape.ToString() | Should -Be '[?]'
        $iterator.Initializer.Type | Should -Be 'MakeIterator'
    }

    It 'builds branches and loops of functions' {
        $g = [ModelSessions.GraphBuilder]::new()
        $x = $g.Placeholder('Float32', @(), 'x')
        $y = $g.Functional.Cond($x.Less(5.0), { param($b) $b.Times($x, 2.0) }, { param($b) $b.Identity($x) })
        $y[0].Operation.Inputs[0].Operation.Type | Should -BeIn 'If', 'StatelessIf'
        $n = $g.Functional.WhileLoop({ param($b, $v) $v[0].Less(10.0) }, { param($b, $v) $v[0] + 3.0 }, @($x))
        $n[0].Operation.Inputs[0].Operation.Type | Should -BeIn 'While', 'StatelessWhile'
    }

    It 'decodes with attention, its options in tables' {
        $g = [ModelSessions.GraphBuilder]::new()
        $memory = $g.Placeholder('Float32', @(-1, 4, 6), 'memory')
        $lengths = $g.Placeholder('Int32', @(-1), 'lengths')
        $attention = $g.Seq2Seq.BahdanauAttention(8, $memory, @{ MemoryLengths = $lengths })
        $cell = [ModelSessions.AttentionWrapper]::new([ModelSessions.GruCell]::new(5), $attention, @{ AttentionSize = 5 })
        $table = $g.GetVariable('embedding', @(9, 3))
        $rows = $g.SizeOf($lengths)
        $helper = $g.Seq2Seq.GreedyEmbeddingHelper($table, $g.Fill($g.Stack(@($rows)), 1), 2)
        $decoded = $g.Seq2Seq.DynamicDecode($cell, $helper, $cell.ZeroState($g, $rows), @{ OutputLayer = [ModelSessions.DenseLayer]::new(9); MaximumIterations = 7 })
        $decoded.Outputs.Shape.ToString() | Should -Be '[?, ?, 9]'
        $decoded.Samples.DType | Should -Be 'Int32'
    }

    It 'keeps a variable within bounds, and shows a confusion matrix' {
        $session = New-ModelSession -Definition {
            param($g)
            $x = $g.Placeholder('Float32', @(-1, 2), 'x')
            $y = $g.Placeholder('Int64', @(-1), 'y')
            $w = $g.GetVariable('w', @(2, 2), [ModelSessions.Initializers]::Constant(0.5), $null, $null, $true, $null, $null, $null, { param($g, $v) $g.ClipByValue($v, 0, 1) })
            $logits = $g.MatMul($x, $w)
            $loss = $g.Losses.SparseSoftmaxCrossEntropy($y, $logits)
            $null = [ModelSessions.GradientDescentOptimizer]::new(5).Minimize($loss, $g.GlobalStep())
            $confusion = $g.Metrics.ConfusionMatrix($y, $g.ArgMax($logits, 1), 2)
            @{ inputs = $x; labels = $y; predictions = $logits; loss = $loss; train = 'GradientDescent'; metrics = @{ confusion = $confusion } }
        }
        $data = [ModelSessions.Data.DatasetPart]::From([ModelSessions.Tensor]::FromArray([float[]](1, 0, 0, 1, 1, 0), @(3, 2)), [ModelSessions.Tensor]::FromArray([long[]](0, 1, 0)))
        $session | Invoke-ModelTraining $data -Steps 20 -BatchSize 3 | Out-Null
        $kept = $session | Invoke-ModelSession -Fetch w
        [ModelSessions.PowerShell.Readable]::Value($kept.w) | Should -Match '1\D+0\D+0\D+1'
        $matrix = ($session | Test-Model $data).Matrices['confusion']
        $matrix[0, 0], $matrix[0, 1], $matrix[1, 0], $matrix[1, 1] | Should -Be 2, 0, 0, 1
        ($matrix | Out-String).Trim() | Should -Match '0 +2 +0'
    }
}
