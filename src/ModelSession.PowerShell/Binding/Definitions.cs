using System.Management.Automation;
using System.Reflection;
using ModelSessions.Models;

namespace ModelSessions.PowerShell;

/// <summary>Finds the model definition that an argument means: a name, a class, or an instance.</summary>
internal static class Definitions
{
    /// <summary>The parameters of a cmdlet that say a definition's structure; null for an instance, which has its own, and for what is no
    /// definition.</summary>
    public static StructureParameters? ParametersOf(object argument, Type cmdlet) => Tables.Plain(argument) is ScriptBlock script
        ? new StructureParameters(new ScriptDefinition(script), cmdlet)
        : TypeOf(argument) is { } type ? new StructureParameters(type, cmdlet) : null;

    /// <summary>The class whose structural parameters can be given besides; null for an instance, which has its own, and for what is no
    /// definition.</summary>
    private static Type? TypeOf(object argument) => Tables.Plain(argument) switch
    {
        Type type when IsDefinition(type) => type,
        string name when KnownModels.Names.Contains(name, StringComparer.OrdinalIgnoreCase) => KnownModels.Create(name).GetType(),
        _ => null,
    };

    /// <summary>The definition, with the structure that is given.</summary>
    /// <exception cref="KeyNotFoundException">There is no definition of that name.</exception>
    /// <exception cref="ArgumentException">The argument is something else, or the definition refuses a value.</exception>
    public static ModelDefinition Get(object argument, IReadOnlyDictionary<string, object> structure)
    {
        ModelDefinition definition = Tables.Plain(argument) switch
        {
            ModelDefinition instance => instance,
            string name => KnownModels.Create(name),
            Type type when IsDefinition(type) => Create(type),
            not null => throw new ArgumentException(
                $"{argument} is no model definition. Give a name ({string.Join(", ", KnownModels.Names)}), a script block that builds the graph, a class derived from [ModelSessions.ModelDefinition] that has a constructor without parameters, or an instance of one."),
            null => throw new ArgumentNullException(nameof(argument)),
        };
        foreach ((string name, object value) in structure)
        {
            try
            {
                definition.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)!.SetValue(definition, value);
            }
            catch (TargetInvocationException error) when (error.InnerException is { } refused)
            {
                throw new ArgumentException($"{name} of {definition.Name} cannot be {value}: {refused.Message}", refused);
            }
        }

        return definition;
    }

    // Without reflection's wrapping, what a class of a script throws tells itself where.
    private static ModelDefinition Create(Type type) =>
        (ModelDefinition)Activator.CreateInstance(type, BindingFlags.DoNotWrapExceptions | BindingFlags.Public | BindingFlags.Instance, null, null, null)!;

    private static bool IsDefinition(Type type) => type.IsSubclassOf(typeof(ModelDefinition)) && !type.IsAbstract && type.GetConstructor([]) is not null;
}
