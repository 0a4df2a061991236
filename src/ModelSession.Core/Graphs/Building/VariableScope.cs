namespace ModelSessions;

/// <summary>Whether <see cref="GraphBuilder.GetVariable"/> makes variables or gives those that there are.</summary>
public enum VariableReuse
{
    /// <summary>A variable is made; there must be none of its name.</summary>
    Never,

    /// <summary>The variable must be there.</summary>
    Always,

    /// <summary>It is made if it is not there.</summary>
    Auto,
}

/// <summary>What variables are called and made of while it is open: <c>tf.variable_scope</c>. Ends when it is disposed.</summary>
public sealed class VariableScope : IDisposable
{
    private readonly Action? _end;

    internal VariableScope(string name, string nameScope, Action? end = null)
    {
        Name = name;
        NameScope = nameScope;
        _end = end;
    }

    /// <summary>What stands before the names of variables, without a slash at its end; empty at the top.</summary>
    public string Name { get; }

    /// <summary>The name scope of the first time that the scope was open, with a slash at its end.</summary>
    public string NameScope { get; }

    /// <summary>Whether variables are made or taken again; scopes inside inherit it.</summary>
    public VariableReuse Reuse { get; internal set; }

    /// <summary>Makes the first values of variables that say no other; null for the usual one.</summary>
    public Initializer? Initializer { get; internal set; }

    /// <summary>The penalty of variables that say no other; null for none.</summary>
    public Regularizer? Regularizer { get; internal set; }

    /// <summary>How variables are cut into parts; null for whole ones.</summary>
    public Partitioner? Partitioner { get; internal set; }

    /// <summary>The element type of variables that say no other.</summary>
    public DType DType { get; internal set; } = DType.Float32;

    /// <summary>Whether variables are resource variables; null for the builder's <see cref="GraphBuilder.UseResourceVariables"/>.</summary>
    public bool? UseResource { get; internal set; }

    /// <summary>Whether all that read a variable made in it share one read, as in recurrent networks (TensorFlow's caching device).</summary>
    internal bool CachesReads { get; set; }

    /// <summary>From now on variables must be there: the second tower of a model shares the first one's.</summary>
    public void ReuseVariables() => Reuse = VariableReuse.Always;

    /// <inheritdoc/>
    public void Dispose() => _end?.Invoke();

    internal static VariableScope Outermost() => new("", "");

    internal void Inherit(VariableScope outer)
    {
        (Reuse, Initializer, Regularizer, Partitioner, DType, UseResource, CachesReads) =
            (outer.Reuse, outer.Initializer, outer.Regularizer, outer.Partitioner, outer.DType, outer.UseResource, outer.CachesReads);
    }
}
