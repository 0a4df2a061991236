namespace ModelSessions;

/// <summary>What may be said of a layer with weights; in PowerShell a table: <c>@{ Name = 'fc'; Activation = 'relu' }</c>.</summary>
public record LayerOptions
{
    /// <summary>The scope of its variables and nodes; the layer's kind with a number if null.</summary>
    public string? Name { get; init; }

    /// <summary>Whether its variables are made or taken again, which needs a name; the variable scope's choice if null.</summary>
    public VariableReuse? Reuse { get; init; }

    /// <summary>Applied to the sums; none if null.</summary>
    public LayerActivation? Activation { get; init; }

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>The first values of the weights; the variable scope's if null, else Glorot's uniform numbers.</summary>
    public Initializer? KernelInitializer { get; init; }

    /// <summary>The first values of the bias.</summary>
    public Initializer BiasInitializer { get; init; } = Initializers.Zeros;

    /// <summary>The penalty of the weights.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>The penalty of the bias.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Whether optimizers train its variables unless told otherwise.</summary>
    public bool Trainable { get; init; } = true;
}

/// <summary>What may be said of a convolution.</summary>
public record ConvolutionOptions : LayerOptions
{
    /// <summary>The steps of the window: one number for all dimensions, or one for each.</summary>
    public long[] Strides { get; init; } = [1];

    /// <summary><c>valid</c> or <c>same</c>.</summary>
    public string Padding { get; init; } = "valid";

    /// <summary>The distance of the places that a filter looks at: one number, or one for each dimension.</summary>
    public long[] DilationRate { get; init; } = [1];

    /// <summary>The filters for each channel of a depthwise convolution.</summary>
    public int DepthMultiplier { get; init; } = 1;

    /// <summary>The first values of the filters that go over each channel alone; as <see cref="LayerOptions.KernelInitializer"/> if null.</summary>
    public Initializer? DepthwiseInitializer { get; init; }

    /// <summary>The penalty of the filters that go over each channel alone.</summary>
    public Regularizer? DepthwiseRegularizer { get; init; }
}

/// <summary>What may be said of batch normalisation.</summary>
public record BatchNormalizationOptions
{
    /// <summary>The scope of its variables and nodes; <c>batch_normalization</c> with a number if null.</summary>
    public string? Name { get; init; }

    /// <summary>Whether its variables are made or taken again, which needs a name; the variable scope's choice if null.</summary>
    public VariableReuse? Reuse { get; init; }

    /// <summary>What is kept of the moving averages at each step.</summary>
    public double Momentum { get; init; } = 0.99;

    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>Whether an offset <c>beta</c> is learnt.</summary>
    public bool Center { get; init; } = true;

    /// <summary>Whether a factor <c>gamma</c> is learnt.</summary>
    public bool Scale { get; init; } = true;

    /// <summary>Whether one node does it, for images; by default where it can.</summary>
    public bool? Fused { get; init; }

    /// <summary>Whether optimizers train its variables unless told otherwise.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>The first values of the offset.</summary>
    public Initializer BetaInitializer { get; init; } = Initializers.Zeros;

    /// <summary>The first values of the factor.</summary>
    public Initializer GammaInitializer { get; init; } = Initializers.Ones;

    /// <summary>The penalty of the offset.</summary>
    public Regularizer? BetaRegularizer { get; init; }

    /// <summary>The penalty of the factor.</summary>
    public Regularizer? GammaRegularizer { get; init; }
}
