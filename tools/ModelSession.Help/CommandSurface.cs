namespace ModelSessions.Help;

/// <summary>A cmdlet as the assembly has it.</summary>
/// <param name="Name">Verb and noun.</param>
/// <param name="DefaultSet">Its default parameter set; null if it says none.</param>
/// <param name="Parameters">Its parameters in the order of their declaration, dynamic ones last.</param>
internal sealed record CommandSurface(string Name, string? DefaultSet, IReadOnlyList<ParameterSurface> Parameters)
{
    /// <summary>The names of its parameter sets, the default one first; one without a name if all parameters go together.</summary>
    public IReadOnlyList<string> Sets
    {
        get
        {
            string[] named = [.. Parameters.SelectMany(parameter => parameter.Uses).Select(use => use.Set).Where(set => set != ParameterUse.AllSets).Distinct()];
            return named.Length == 0 ? [ParameterUse.AllSets] : DefaultSet is null ? named : [DefaultSet, .. named.Where(set => set != DefaultSet)];
        }
    }
}

/// <summary>A parameter.</summary>
/// <param name="Name">Its name, without the dash.</param>
/// <param name="Type">Its type.</param>
/// <param name="Uses">What it is in each parameter set.</param>
internal sealed record ParameterSurface(string Name, Type Type, IReadOnlyList<ParameterUse> Uses)
{
    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The words that it takes; none if it takes others too.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The least and the greatest number that it takes.</summary>
    public (string Least, string Greatest)? Range { get; init; }

    /// <summary>Whether wildcards mean something in it.</summary>
    public bool Globs { get; init; }

    /// <summary>What it is when it is left out; null if that is nothing that could be given.</summary>
    public string? Default { get; init; }

    /// <summary>Whether it is there with some arguments only: no syntax shows it.</summary>
    public bool IsDynamic { get; init; }

    /// <summary>What is said of it where the page says nothing, since it is the same for all cmdlets; null for others.</summary>
    public string? CommonText { get; init; }

    /// <summary>Whether it is a switch.</summary>
    public bool IsSwitch => Type.Name == "SwitchParameter";

    /// <summary>What it is in a parameter set; null if it is not in it.</summary>
    public ParameterUse? In(string set) => Uses.FirstOrDefault(use => use.Set == set) ?? Uses.FirstOrDefault(use => use.Set == ParameterUse.AllSets);
}

/// <summary>What a parameter is in a parameter set.</summary>
/// <param name="Set">The set.</param>
/// <param name="IsMandatory">Whether it must be given.</param>
/// <param name="Position">Its position, from 0; null if it is given by name.</param>
/// <param name="ByValue">Whether it takes objects of the pipeline.</param>
/// <param name="ByName">Whether it takes properties of objects of the pipeline.</param>
internal sealed record ParameterUse(string Set, bool IsMandatory, int? Position, bool ByValue, bool ByName)
{
    /// <summary>PowerShell's name of all sets.</summary>
    public const string AllSets = "__AllParameterSets";
}
