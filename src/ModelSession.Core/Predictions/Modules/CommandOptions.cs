namespace ModelSessions;

/// <summary>What a command of a model's own is like.</summary>
public sealed record CommandOptions
{
    /// <summary>The command's name: a verb and a noun, such as <c>Get-DigitClass</c>.</summary>
    public required string Command { get; init; }

    /// <summary>What the command does, in a sentence; null for what the model tells.</summary>
    public string? Description { get; init; }

    /// <summary>The version of the module; null for that which the folder is named for, or else 1.0.0.</summary>
    public Version? Version { get; init; }

    /// <summary>The version of ModelSession that it needs at least.</summary>
    public Version Required { get; init; } = new(0, 0);
}
