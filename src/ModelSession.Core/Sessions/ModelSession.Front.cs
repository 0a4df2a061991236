namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <inheritdoc cref="ISessionContent.Front"/>
    internal ModelSession? Front
    {
        get;
        set
        {
            for (ModelSession? at = value; at is not null; at = at.Front)
            {
                if (at == this)
                {
                    throw new GraphException(StatusCode.InvalidArgument, $"'{value}' cannot stand in front of '{this}': its own inputs come from it.");
                }
            }

            field = value;
        }
    }

    /// <summary>The session that takes the examples: the foremost of those in front, or this one.</summary>
    internal ModelSession Foremost => Front?.Foremost ?? this;
}
