using System.Text.Json.Nodes;

namespace ModelSessions.Training;

/// <summary>Lower by a factor whenever a metric of the validation stands still. Each training has a copy of its own.</summary>
internal sealed class PlateauSchedule(double initial, double factor, int patience, int cooldown, double minimum, BestSoFar best) : Schedule
{
    private readonly double _initial = initial;
    private double _value = initial;
    private double? _best;
    private int _waited;
    private int _cooling;

    public override string Kind => "plateau";

    public override IReadOnlyDictionary<string, object> Parameters => new Dictionary<string, object>
    {
        ["Initial"] = _initial, ["Factor"] = factor, ["Patience"] = patience, ["MinDelta"] = best.MinDelta, ["Cooldown"] = cooldown, ["Minimum"] = minimum,
        ["Metric"] = best.Metric, ["Goal"] = best.IsHigherBetter ? "Maximum" : "Minimum",
    };

    public override double At(long iteration) => _value;

    internal override Schedule ForSession(ModelSession session) => new PlateauSchedule(_initial, factor, patience, cooldown, minimum, best.Of(session));

    public override void Evaluated(EvaluatedPart part, EvaluationResult result)
    {
        if (part != EvaluatedPart.Validation)
        {
            return;
        }

        // The order of Keras' callback: a validation that ends the cooldown counts.
        if (_cooling > 0)
        {
            _cooling--;
            _waited = 0;
        }

        best.Value = _best;
        bool better = best.Take(best.Of(result));
        _best = best.Value;
        if (better)
        {
            _waited = 0;
        }
        else if (_cooling == 0 && ++_waited >= patience && _value > minimum)
        {
            _value = Math.Max(_value * factor, minimum);
            (_cooling, _waited) = (cooldown, 0);
        }
    }

    public override string CaptureState() => new JsonObject { ["value"] = _value, ["best"] = _best, ["waited"] = _waited, ["cooling"] = _cooling }.ToJsonString();

    public override void RestoreState(string state)
    {
        JsonNode kept = JsonNode.Parse(state)!;
        (_value, _best, _waited, _cooling) = ((double)kept["value"]!, (double?)kept["best"], (int)kept["waited"]!, (int)kept["cooling"]!);
    }

    public override string ToString() =>
        $"plateau: {Text(_initial)}, times {Text(factor)} when the validation's {best.Metric} is not {(best.IsHigherBetter ? "higher" : "lower")} by more than {Text(best.MinDelta)} for {Text(patience)} validations{(cooldown > 0 ? $", {Text(cooldown)} after a change apart" : "")}, down to {Text(minimum)}";
}
