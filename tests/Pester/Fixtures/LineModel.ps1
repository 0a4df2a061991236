# A model of a user's own: class probabilities are softmax(x w), learnt by gradient descent.
class LineModel : ModelSessions.ModelDefinition {
    [int] $Pixels = 784

    [System.Collections.Generic.IReadOnlyList[ModelSessions.Hyperparameter]] get_Hyperparameters() {
        return [ModelSessions.Hyperparameter[]]@([ModelSessions.Hyperparameter]::new('learning_rate', 0.1))
    }

    [ModelSessions.Binding] Build([ModelSessions.GraphBuilder] $g) {
        $x = $g.Placeholder('Float32', @(-1, $this.Pixels), 'x')
        $y = $g.Placeholder('Float32', @(-1, 10), 'y')
        $rate = $g.Placeholder('Float32', @(), 'learning_rate')
        $w = $g.Variable('w', @($this.Pixels, 10), [ModelSessions.Initializers]::Zeros)
        $iteration = $g.Variable($g.Constant(0, 'Int64'), 'iteration', $false)

        $p = $g.Softmax($g.MatMul($x, $w))
        $loss = $g.Negate($g.ReduceMean($g.ReduceSum($y * $g.Log($p + 1e-9), [long[]]@(1))), 'loss')
        $right = $g.Equal($g.ArgMax($p, 1), $g.ArgMax($y, 1))
        $accuracy = $g.ReduceMean($g.Cast($right, 'Float32'), $null, $false, 'accuracy')

        $train = [ModelSessions.GradientDescentOptimizer]::new($rate, 'GradientDescent').Minimize($loss, $iteration, $null, 'train')
        return [ModelSessions.Binding]::new(@{
                inputs = $x; labels = $y; predictions = $p; loss = $loss; train = $train; iteration = $iteration.Handle
                'metrics.accuracy' = $accuracy; 'hyperparameters.learning_rate' = $rate
            })
    }
}

# The same with a summary of its loss.
class LoggedModel : LineModel {
    [ModelSessions.Binding] Build([ModelSessions.GraphBuilder] $g) {
        $binding = ([LineModel]$this).Build($g)
        $g.AddToCollection('summaries', $g.Add('ScalarSummary', [ModelSessions.Tensor]::Scalar('loss'), $g.Graph.Tensor($binding.Name('loss'))))
        return $binding
    }
}
