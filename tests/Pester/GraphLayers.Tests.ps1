Describe 'A model in a script block' {
    It 'is built of layers, losses and metrics' {
        $session = New-ModelSession -Definition {
            param($g)
            $x = $g.Placeholder('Float32', @(-1, 784), 'x')
            $y = $g.Placeholder('Float32', @(-1, 10), 'y')
            $h = $g.Layers.Dense($x, 16, 'relu', 'hidden')
            $h = $g.Layers.Dropout($h, 0.1, $false)
            $logits = $g.Layers.Dense($h, 10, @{ Name = 'logits'; KernelRegularizer = [ModelSessions.Regularizers]::L2(1e-4) })
            [void]$g.Losses.SoftmaxCrossEntropy($y, $logits, @{ LabelSmoothing = 0.05 })
            $loss = $g.Losses.GetTotalLoss()
            $train = [ModelSessions.AdamOptimizer]::new(0.01).Minimize($loss, $g.GlobalStep())
            [void]$g.Summaries.Scalar('loss', $loss)
            $accuracy = $g.Metrics.Accuracy($g.ArgMax($y, 1), $g.ArgMax($logits, 1))
            @{ inputs = $x; labels = $y; predictions = $logits; loss = $loss; train = $train; metrics = @{ accuracy = $accuracy } }
        }
        $data = Import-ModelDataset Mnist
        $session | Invoke-ModelTraining $data -Steps 60 -BatchSize 50 | Out-Null
        ($session | Test-Model $data).Accuracy | Should -BeGreaterThan 0.6
    }

    It 'has convolutions' {
        $g = [ModelSessions.GraphBuilder]::new()
        $x = $g.Placeholder('Float32', @(-1, 8, 8, 3), 'x')
        $g.Layers.Conv2D($x, 4, 3).Shape.ToString() | Should -Be '[?, 6, 6, 4]'
        $g.Layers.Conv2D($x, 4, @(3, 5), @{ Padding = 'same'; Strides = 2; Activation = 'relu' }).Shape.ToString() | Should -Be '[?, 4, 4, 4]'
        $g.Layers.Flatten($g.Layers.MaxPooling2D($x, 2, 2)).Shape.ToString() | Should -Be '[?, 48]'
        { $g.Layers.Dense($x, 4, 'rellu') } | Should -Throw '*relu*'
    }

    It 'shares variables by scopes' {
        $g = [ModelSessions.GraphBuilder]::new()
        foreach ($reuse in $null, 'Always') {
            $scope = $g.VariableScope('shared', $reuse)
            try { $g.GetVariable('w', @(2, 3)).Name | Should -Be 'shared/w' } finally { $scope.Dispose() }
        }
    }
}

Describe 'Ready-made definitions' {
    It 'take their structure as parameters: <_>' -ForEach 'SoftmaxRegression', 'LinearRegression', 'MultilayerPerceptron', 'ConvNet', 'Autoencoder' {
        (New-ModelSession $_ -Optimizer Adagrad).Parameters.Optimizer | Should -Be 'Adagrad'
    }

    It 'take lists' {
        $session = New-ModelSession MultilayerPerceptron -Inputs 4 -Classes 3 -Layers 6, 5 -Activation tanh
        ($session | Get-GraphTensor hidden2/kernel).Shape.ToString() | Should -Be '[6, 5]'
    }

    It 'are completed' {
        (TabExpansion2 'New-ModelSession Mul').CompletionMatches.CompletionText | Should -Contain 'MultilayerPerceptron'
    }
}
