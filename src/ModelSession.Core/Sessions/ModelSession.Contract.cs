using ModelSessions.Data;

namespace ModelSessions;

public sealed partial class ModelSession
{
    private readonly IReadOnlyList<string> _classNames;

    /// <summary>How raw data become what the model takes, as of the data that it was trained with first; null if that is not known. Set to null
    /// to go on with data of another kind.</summary>
    public DataContract? Contract { get; set; }

    /// <summary>What the model's classes are called, in the order of their numbers: as its definition says, or the data that it learnt from;
    /// empty if it has none, or does not tell.</summary>
    public IReadOnlyList<string> ClassNames => _classNames.Count > 0 ? _classNames : Contract?.ClassNames ?? [];

    /// <summary>Refuses data that come from raw data in another way than those that the model learnt from.</summary>
    /// <exception cref="GraphException">They do; the message says in what.</exception>
    internal void CheckContract(DatasetPart part)
    {
        if (Contract is { } known && part.Contract is { } given && given.DifferencesFrom(known) is { Count: > 0 } differences)
        {
            throw new GraphException(
                StatusCode.FailedPrecondition,
                $"'{part.Name}' is other data than the model was trained with: {string.Join("; ", differences)} (here: the data given, there: what the model knows). "
                + "Import it with the model's contract, or set the session's Contract to null to go on with it as it is.");
        }
    }
}
