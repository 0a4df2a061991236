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
            .Where(property => property.SetMethod is { IsPublic: true } && !Has(cmdlet, property.Name)))
        {
            Collection<Attribute> attributes =
            [
                new ParameterAttribute { HelpMessage = $"Structure of the model {definition.Name}; fixed when the session is created." },
                .. property.GetCustomAttributes().Where(attribute => attribute is ValidateArgumentsAttribute or ArgumentCompleterAttribute),
            ];
            if (property.PropertyType == typeof(string) && !attributes.OfType<ArgumentCompleterAttribute>().Any())
            {
                attributes.Add(new ArgumentCompleterAttribute(typeof(StructureValueCompleter)));
            }

            Add(property.Name, new RuntimeDefinedParameter(property.Name, property.PropertyType, attributes));
        }
    }

    /// <summary>Parameters for those of a script block.</summary>
    /// <exception cref="ArgumentException">The cmdlet has one of that name.</exception>
    public StructureParameters(ScriptDefinition definition, Type cmdlet)
    {
        foreach ((string name, Type type) in definition.Structure)
        {
            if (Has(cmdlet, name))
            {
                throw new ArgumentException($"The definition's parameter '{name}' has the name of a parameter of the cmdlet; choose another name.");
            }

            Add(name, new RuntimeDefinedParameter(
                name, type, [new ParameterAttribute { HelpMessage = "Structure of the model; fixed when the session is created." }]));
        }
    }

    /// <summary>The values that the caller gave.</summary>
    public IReadOnlyDictionary<string, object> Given => Values.Where(parameter => parameter.IsSet)
        .ToDictionary(parameter => parameter.Name, parameter => Tables.Plain(parameter.Value)!, StringComparer.OrdinalIgnoreCase);

    private static bool Has(Type cmdlet, string parameter) => PSCmdlet.CommonParameters.Contains(parameter) || cmdlet.GetProperty(parameter, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is not null;
}
