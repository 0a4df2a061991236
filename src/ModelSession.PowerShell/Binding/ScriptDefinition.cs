using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>A model that a script block builds: its first parameter is the builder, one called <c>$base</c> the model that it is built on, and
/// all others are structural parameters.</summary>
internal sealed class ScriptDefinition
{
    private const string BaseName = "base";

    private readonly ScriptBlock _script;
    private readonly ReadOnlyCollection<ParameterAst> _parameters;

    public ScriptDefinition(ScriptBlock script)
    {
        _script = script;
        _parameters = (script.Ast as ScriptBlockAst)?.ParamBlock?.Parameters ?? new ReadOnlyCollection<ParameterAst>([]);
    }

    /// <summary>The structural parameters: names and types.</summary>
    public IEnumerable<(string Name, Type Type)> Structure => Structural.Select(parameter => (NameOf(parameter), parameter.StaticType));

    private IEnumerable<ParameterAst> Structural => _parameters.Skip(1).Where(parameter => !IsBase(parameter));

    /// <summary>The definition.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="given">Values of structural parameters; those left out have the script's defaults.</param>
    /// <param name="hyperparameters">Values by name: one, or two for training and evaluation.</param>
    /// <param name="classes">What the classes are called.</param>
    public ModelDefinition Create(string name, IReadOnlyDictionary<string, object> given, Hashtable hyperparameters, IReadOnlyList<string> classes)
    {
        if (_script.Ast is ScriptBlockAst ast && new[] { ast.BeginBlock, ast.ProcessBlock, ast.EndBlock }.Count(clause => clause is not null) > 1)
        {
            throw new ArgumentException("The script block of a definition is run once, for no objects of a pipeline: leave begin { }, process { } and end { } out of it.");
        }

        if (_parameters.Count == 0)
        {
            throw new ArgumentException("The script block of a definition takes the builder as its first parameter: { param($g) … @{ inputs = $x; loss = $loss; train = $train } }.");
        }

        Dictionary<string, object> structure = new(StringComparer.OrdinalIgnoreCase);
        foreach (ParameterAst parameter in Structural)
        {
            structure[NameOf(parameter)] = given.GetValueOrDefault(NameOf(parameter)) ?? Default(parameter);
        }

        return new FunctionDefinition(name, g => Build(g, structure))
        {
            Fed = [.. hyperparameters.Cast<DictionaryEntry>().Select(Fed).OrderBy(known => known.Name, StringComparer.Ordinal)],
            Classes = classes,
            Parameters = structure,
        };
    }

    private Binding Build(GraphBuilder g, Dictionary<string, object> structure)
    {
        object?[] arguments = [.. _parameters.Select((parameter, i) => i == 0 ? g : IsBase(parameter) ? g.Base : structure[NameOf(parameter)])];
        // The first statement that fails ends the script: what follows would only complain of what is missing then.
        List<PSVariable> variables = [new PSVariable("ErrorActionPreference", ActionPreference.Stop)];
        object? result;
        try
        {
            result = _script.InvokeWithContext(null, variables, arguments).Select(item => item?.BaseObject).LastOrDefault(item => item is IDictionary or Binding);
        }
        catch (NullReferenceException gone)
        {
            throw ClosedRunspace.Of("The definition's script block", gone);
        }
        catch (ActionPreferenceStopException stopped)
        {
            // A command of the script failed: that ends the definition, not the script that New-ModelSession stands in.
            throw new RuntimeException(stopped.ErrorRecord.Exception.Message, stopped.ErrorRecord.Exception, stopped.ErrorRecord);
        }
        catch (RuntimeException error) when (g.Base?.LastMiss is { } missed)
        {
            // What failed had null in place of it, unless it is the miss itself.
            bool same = error.GetBaseException().Message == missed.Message;
            throw new GraphException(missed.Code, same ? missed.Message : $"{missed.Message} So it could not be built: {error.Message}", missed.Node, error);
        }

        return result switch
        {
            Binding binding => binding,
            IDictionary table => BindingObjects.OfTable(table),
            _ => throw new ArgumentException("The script block of a definition gives the model's roles in the end, as a table: @{ inputs = $x; labels = $y; loss = $loss; train = $train }. This one gave none."),
        };
    }

    private static Hyperparameter Fed(DictionaryEntry entry)
    {
        string name = entry.Key.ToString() is { Length: > 0 } given ? given : throw new ArgumentException("A hyperparameter has no name: a key of the table is empty.");
        double[] values = [.. (Tables.Plain(entry.Value) is IList several ? several.Cast<object?>() : [entry.Value]).Select(value => Number(name, value))];
        return values.Length is 1 or 2
            ? new Hyperparameter(name, values[0], values.Length == 2 ? values[1] : null)
            : throw new ArgumentException($"The hyperparameter '{name}' has {values.Length} values; it takes one, or two: for training and for evaluation.");
    }

    private static double Number(string name, object? value) => value is not null && !Numerals.HasComma(value) && LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out double number)
        ? number
        : throw new ArgumentException($"The hyperparameter '{name}' cannot be '{value}'; it takes a number, or two: for training and for evaluation.");

    private static object Default(ParameterAst parameter)
    {
        try
        {
            if (parameter.DefaultValue?.SafeGetValue() is { } value)
            {
                return LanguagePrimitives.ConvertTo(value, parameter.StaticType, CultureInfo.InvariantCulture);
            }
        }
        catch (PSInvalidCastException error)
        {
            throw new ArgumentException($"The default of the definition's parameter '{NameOf(parameter)}' does not fit its type. {error.Message}", error);
        }
        catch (InvalidOperationException)
        {
            // No constant: what it would be depends on where it is asked for.
        }

        throw new ArgumentException($"The definition's parameter '{NameOf(parameter)}' has no constant for a default; give it by -{NameOf(parameter)}.");
    }

    private static bool IsBase(ParameterAst parameter) => NameOf(parameter).Equals(BaseName, StringComparison.OrdinalIgnoreCase);

    private static string NameOf(ParameterAst parameter) => parameter.Name.VariablePath.UserPath;
}
