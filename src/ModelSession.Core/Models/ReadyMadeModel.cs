namespace ModelSessions.Models;

/// <summary>What the ready-made definitions share: the optimizer, penalties, and the nodes around the network.</summary>
public abstract class ReadyMadeModel : ModelDefinition
{
    private static readonly SortedDictionary<string, Func<GraphTensor, Optimizer>> s_optimizers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Adadelta"] = rate => new AdadeltaOptimizer(rate),
        ["Adagrad"] = rate => new AdagradOptimizer(rate),
        ["Adam"] = rate => new AdamOptimizer(rate),
        ["Ftrl"] = rate => new FtrlOptimizer(rate),
        ["GradientDescent"] = rate => new GradientDescentOptimizer(rate),
        ["Momentum"] = rate => new MomentumOptimizer(rate, 0.9),
        ["RMSProp"] = rate => new RmsPropOptimizer(rate),
    };

    private readonly double _learningRate;

    private protected ReadyMadeModel(string optimizer, double learningRate)
    {
        Optimizer = optimizer;
        _learningRate = learningRate;
    }

    /// <summary>What trains it: Adadelta, Adagrad, Adam, Ftrl, GradientDescent, Momentum, RMSProp.</summary>
    public string Optimizer
    {
        get;
        set => field = s_optimizers.Keys.FirstOrDefault(known => known.Equals(value, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no optimizer '{value}'.{NearestNames.Hint(value ?? "", s_optimizers.Keys)} There is {string.Join(", ", s_optimizers.Keys)}.");
    }

    /// <summary>The factor of the sum of the weights' sizes in the loss.</summary>
    public double L1 { get; set => field = Penalty(value); }

    /// <summary>The factor of half the sum of the weights' squares in the loss.</summary>
    public double L2 { get; set => field = Penalty(value); }

    /// <inheritdoc/>
    public override IReadOnlyList<Hyperparameter> Hyperparameters => Drop > 0
        ? [new("learning_rate", _learningRate), new("keep_probability", Training: 1 - Drop, Evaluation: 1)]
        : [new("learning_rate", _learningRate)];

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Choices(string parameter) =>
        nameof(Optimizer).Equals(parameter, StringComparison.OrdinalIgnoreCase) ? s_optimizers.Keys
        : "Activation".Equals(parameter, StringComparison.OrdinalIgnoreCase) ? LayerActivation.Names : [];

    /// <inheritdoc/>
    public override Binding Build(GraphBuilder g)
    {
        ArgumentNullException.ThrowIfNull(g);
        GraphTensor x, learningRate;
        GraphTensor? y, keep;
        using (g.NameScope("parameters"))
        {
            x = g.Placeholder(DType.Float32, [-1, InputSize], "x");
            y = LabelSize > 0 ? g.Placeholder(DType.Float32, [-1, LabelSize], "y") : null;
            keep = Drop > 0 ? g.Placeholder(DType.Float32, Shape.Scalar, "keep_probability") : null;
            learningRate = g.Placeholder(DType.Float32, Shape.Scalar, "learning_rate");
        }

        GraphVariable iteration = g.Variable(0, "iteration", trainable: false);
        Parts parts = Network(g, x, y, keep);
        GraphOperation step;
        GraphTensor loss;
        using (g.NameScope("train"))
        {
            loss = g.Losses.GetRegularizationLosses() is { Count: > 0 } penalties ? g.AddN([parts.Loss, .. penalties], "loss") : g.Identity(parts.Loss, "loss");
            step = s_optimizers[Optimizer](learningRate).Minimize(loss, iteration, name: "train_step");
        }

        Binding hyperparameters = new() { ["learning_rate"] = learningRate };
        if (keep is not null)
        {
            hyperparameters["keep_probability"] = keep;
        }

        Binding binding = new()
        {
            [Roles.Inputs] = x,
            [Roles.Predictions] = parts.Predictions,
            [Roles.Loss] = loss,
            [Roles.Train] = step,
            [Roles.Hyperparameters] = hyperparameters,
            [Roles.Iteration] = iteration.Handle,
        };
        if (y is not null)
        {
            binding[Roles.Labels] = y;
        }

        if (parts.Metrics is not null)
        {
            binding[Roles.Metrics] = parts.Metrics;
        }

        if (parts.More is { } more)
        {
            binding[more.Name] = more.Tensor;
        }

        return binding;
    }

    /// <summary>The numbers of an example.</summary>
    private protected abstract int InputSize { get; }

    /// <summary>The numbers of a label; 0 for a model without labels.</summary>
    private protected abstract int LabelSize { get; }

    /// <summary>The part of the activations that training drops.</summary>
    private protected virtual double Drop => 0;

    /// <summary>Adds the network, its loss without penalties, and its metrics.</summary>
    private protected abstract Parts Network(GraphBuilder g, GraphTensor x, GraphTensor? y, GraphTensor? keep);

    /// <summary>The penalty of a layer's weights; none if both factors are 0.</summary>
    private protected Regularizer? Penalties => L1 == 0 && L2 == 0 ? null : Regularizers.L1L2(L1, L2);

    /// <summary>Options of a dense layer.</summary>
    private protected LayerOptions Layer(string name, string? activation = null) => new() { Name = name, Activation = activation, KernelRegularizer = Penalties };

    /// <summary>Loss, probabilities and accuracy of a model that tells classes apart.</summary>
    private protected static Parts Classify(GraphBuilder g, GraphTensor logits, GraphTensor y)
    {
        GraphTensor probabilities = g.Softmax(logits, "probabilities");
        GraphTensor loss = g.ReduceMean(g.SoftmaxCrossEntropy(y, logits), name: "cross_entropy");
        g.AddToCollection(CollectionKeys.Losses, loss);
        GraphTensor accuracy = g.BatchAccuracy(g.ArgMax(y, 1), g.ArgMax(logits, 1));
        return new Parts(probabilities, loss, new Binding { ["accuracy"] = accuracy }, ("logits", logits));
    }

    /// <summary>Squared and absolute error of a model that foretells numbers.</summary>
    private protected static Parts Foretell(GraphBuilder g, GraphTensor prediction, GraphTensor y)
    {
        GraphTensor error = prediction - y;
        GraphTensor loss = g.ReduceMean(g.Square(error), name: "mean_squared_error");
        g.AddToCollection(CollectionKeys.Losses, loss);
        return new Parts(prediction, loss, new Binding { ["mean_squared_error"] = loss, ["mean_absolute_error"] = g.ReduceMean(g.Abs(error), name: "mean_absolute_error") });
    }

    private protected static int AtLeastOne(int value, string what) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(null, $"{what} must be 1 or more; it is {value}.");

    private protected static int[] Sizes(int[] values, string what)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Array.TrueForAll(values, size => size >= 1)
            ? values
            : throw new ArgumentOutOfRangeException(null, $"{what} must each be 1 or more; they are {string.Join(", ", values)}.");
    }

    private protected static double Rate(double value) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(null, $"Dropout is a part from 0 to below 1; it is {value}.");

    private protected static string Activated(string value)
    {
        LayerActivation? known = value;
        return known is null ? "linear" : value;
    }

    private static double Penalty(double value) =>
        value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(null, $"A penalty's factor is a number of 0 or more; it is {value}.");

    /// <summary>What a network has.</summary>
    private protected sealed record Parts(GraphTensor Predictions, GraphTensor Loss, Binding? Metrics, (string Name, GraphTensor Tensor)? More = null);
}
