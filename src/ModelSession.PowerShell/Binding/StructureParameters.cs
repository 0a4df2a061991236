using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;

namespace ModelSessions.PowerShell;

/// <summary>A definition's structural parameters as parameters of a cmdlet.</summary>
internal sealed class StructureParameters : RuntimeDefinedParameterDictionary
{
    /// <summary>Parameters for the properties that can be set, but for those whose names the cmdlet has already.</summary>
    public StructureParameters(Type definition, Type cmdlet)
    {
        foreach (PropertyInfo property in ModelDefinition.StructuralProperties(definition)
            .Where(property => property.SetMethod is { IsPublic: true } && cmdlet.GetProperty(property.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is null))
        {
            Collection<Attribute> attributes =
            [
                new ParameterAttribute { HelpMessage = $"Structure of the model {definition.Name}; fixed when the session is created." },
                .. property.GetCustomAttributes().Where(attribute => attribute is ValidateArgumentsAttribute or ArgumentCompleterAttribute),
            ];
            Add(property.Name, new RuntimeDefinedParameter(property.Name, property.PropertyType, attributes));
        }
    }

    /// <summary>The values that the caller gave.</summary>
    public IReadOnlyDictionary<string, object> Given => Values.Where(parameter => parameter.IsSet)
        .ToDictionary(parameter => parameter.Name, parameter => Tables.Plain(parameter.Value)!, StringComparer.OrdinalIgnoreCase);
}
