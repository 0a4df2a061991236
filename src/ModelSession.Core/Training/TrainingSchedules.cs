using System.Text.Json.Nodes;

namespace ModelSessions.Training;

/// <summary>The values of a session's hyperparameters in one training. What schedules remember goes on with the session, and with its checkpoints.</summary>
internal sealed class TrainingSchedules
{
    private const string Section = "schedules";

    private readonly ModelSession _session;
    private readonly List<(string Name, Schedule Schedule)> _schedules = [];

    /// <summary>The schedules of one training.</summary>
    /// <exception cref="GraphException">The model has no hyperparameter of a name, or one without any value.</exception>
    public TrainingSchedules(ModelSession session, IReadOnlyDictionary<string, Schedule> given)
    {
        _session = session;
        foreach ((string name, Schedule schedule) in given)
        {
            Hyperparameter hyperparameter = session.Hyperparameters.FirstOrDefault(known => Hyperparameter.SameName(known.Name, name)) ?? throw Unknown(name);
            _schedules.Add((hyperparameter.Name, schedule.ForSession(session)));
        }

        string[] without = [.. session.Hyperparameters.Where(h => Of(h) is null).Select(h => h.Name)];
        if (without.Length > 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"No value is known for {string.Join(", ", without.Select(name => $"'{name}'"))}; give one.");
        }

        Recall();
    }

    /// <summary>A hyperparameter's value by iteration; null if it has none.</summary>
    public Func<long, double>? Of(Hyperparameter hyperparameter)
    {
        if (_schedules.Find(pair => pair.Name == hyperparameter.Name) is not { Schedule: { } schedule })
        {
            return hyperparameter.Training is { } kept ? _ => kept : null;
        }

        return iteration =>
        {
            double value = schedule.At(iteration);
            _session.SetHyperparameter(hyperparameter.Name, value);
            return value;
        };
    }

    /// <summary>Tells the schedules how good the model is, and keeps what they remember.</summary>
    public void Evaluated(EvaluatedPart part, EvaluationResult result)
    {
        foreach ((string name, Schedule schedule) in _schedules)
        {
            schedule.Evaluated(part, result);
            if (schedule.CaptureState() is { } state)
            {
                Kept()[name] = new JsonObject { ["schedule"] = schedule.ToString(), ["state"] = state };
            }
        }
    }

    // Only a schedule that says the same goes on; another one begins anew.
    private void Recall()
    {
        foreach ((string name, Schedule schedule) in _schedules)
        {
            if (schedule.CaptureState() is not null && _session.StateSections[Section]?[name] is { } kept && (string?)kept["schedule"] == schedule.ToString())
            {
                schedule.RestoreState((string)kept["state"]!);
            }
        }
    }

    private JsonNode Kept() => _session.StateSections[Section] ??= new JsonObject();

    private GraphException Unknown(string name) => new(
        StatusCode.NotFound,
        $"The model has no hyperparameter '{name}'.{NearestNames.Hint(name, _session.Hyperparameters.Select(h => h.Name))} It has {(_session.Hyperparameters.Count == 0 ? "none" : string.Join(", ", _session.Hyperparameters.Select(h => $"'{h.Name}'")))}.");
}
