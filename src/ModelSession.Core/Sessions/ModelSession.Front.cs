namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>The session whose predictions are this one's inputs; null for none. Where this one is trained or evaluated, examples go into the
    /// front. It is trained along, by the gradients of this one's inputs (role <see cref="Roles.InputGradients"/>), if it says where it takes
    /// them (<see cref="Roles.OutputGradients"/>): then the two learn as the one graph would that is put together from both. Each is saved by itself;
    /// where a training saves this one, it saves the front, too, if that has a folder.</summary>
    /// <exception cref="GraphException">The front comes, by its own fronts, from this session.</exception>
    public ModelSession? Front
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
