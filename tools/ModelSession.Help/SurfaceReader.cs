using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using ModelSessions.Models;

namespace ModelSessions.Help;

/// <summary>Reads from the module's assembly what its cmdlets and their parameters are.</summary>
internal static class SurfaceReader
{
    /// <summary>All cmdlets of an assembly, by name.</summary>
    public static List<CommandSurface> Read(string assembly) =>
    [
        .. Assembly.LoadFrom(assembly).GetExportedTypes()
            .Select(type => (Type: type, Data: Data<CmdletAttribute>(type)))
            .Where(pair => pair.Data is not null && !pair.Type.IsAbstract)
            .Select(pair => Read(pair.Type, pair.Data!))
            .OrderBy(command => command.Name, StringComparer.Ordinal),
    ];

    private static CommandSurface Read(Type type, CustomAttributeData cmdlet)
    {
        object? instance = Instance(type);
        List<ParameterSurface> parameters =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => Data<ParameterAttribute>(property) is not null)
                .OrderBy(property => Depth(property.DeclaringType!)).ThenBy(property => property.MetadataToken)
                .Select(property => Parameter(property, instance)),
        ];
        if (typeof(IDynamicParameters).IsAssignableFrom(type))
        {
            parameters.AddRange(Structural().Where(found => !parameters.Exists(parameter => Same(parameter.Name, found.Name))));
        }

        if (Argument(cmdlet, nameof(CmdletAttribute.SupportsShouldProcess)) is true)
        {
            parameters.Add(Common("WhatIf", "wi", "Shows what would happen if the cmdlet ran. The cmdlet is not run."));
            parameters.Add(Common("Confirm", "cf", "Prompts you for confirmation before running the cmdlet."));
        }

        return new(
            $"{cmdlet.ConstructorArguments[0].Value}-{cmdlet.ConstructorArguments[1].Value}",
            Argument(cmdlet, nameof(CmdletAttribute.DefaultParameterSetName)) as string,
            parameters);
    }

    // The only dynamic parameters of the module: the structure of a model, one parameter for each that some known model has.
    private static IEnumerable<ParameterSurface> Structural() => KnownModels.Names
        .SelectMany(model => KnownModels.Create(model).GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Join(
            KnownModels.Create(model).Structure(), property => property.Name, pair => pair.Key, (property, pair) => (property.Name, Type: property.PropertyType, pair.Value)))
        .GroupBy(found => found.Name, StringComparer.OrdinalIgnoreCase)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => new ParameterSurface(group.First().Name, group.First().Type, [new(ParameterUse.AllSets, false, null, false, false)])
        {
            IsDynamic = true,
            Words = WordsOf(group.First().Type),
            // Models that share a name may differ in its value.
            Default = group.Select(found => Text(found.Value)).Distinct().Count() == 1 ? Text(group.First().Value) : null,
        });

    private static ParameterSurface Parameter(PropertyInfo property, object? instance)
    {
        CustomAttributeData? range = Data<ValidateRangeAttribute>(property);
        return new(property.Name, property.PropertyType, Uses(property))
        {
            Aliases = [.. Words(Data<AliasAttribute>(property))],
            Words = Data<ValidateSetAttribute>(property) is { } set ? [.. Words(set)] : WordsOf(property.PropertyType),
            Range = range is { ConstructorArguments: [{ Value: { } least }, { Value: { } greatest }] } ? (Number(least), Number(greatest)) : null,
            Globs = Data<SupportsWildcardsAttribute>(property) is not null,
            Default = instance is null ? null : Text(property.GetValue(instance)),
        };
    }

    private static ParameterUse[] Uses(PropertyInfo property) =>
    [
        .. property.GetCustomAttributesData().Where(data => data.AttributeType == typeof(ParameterAttribute)).Select(data => new ParameterUse(
            Argument(data, nameof(ParameterAttribute.ParameterSetName)) as string ?? ParameterUse.AllSets,
            Argument(data, nameof(ParameterAttribute.Mandatory)) is true,
            Argument(data, nameof(ParameterAttribute.Position)) as int?,
            Argument(data, nameof(ParameterAttribute.ValueFromPipeline)) is true,
            Argument(data, nameof(ParameterAttribute.ValueFromPipelineByPropertyName)) is true)),
    ];

    private static ParameterSurface Common(string name, string alias, string text) =>
        new(name, typeof(SwitchParameter), [new(ParameterUse.AllSets, false, null, false, false)]) { Aliases = [alias], CommonText = text };

    // A default that could be given: nothing empty, and no 0, which mostly stands for "not given".
    private static string? Text(object? value) => value switch
    {
        null or SwitchParameter or IDictionary or "" => null,
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Text)) is { Length: > 0 } items ? items : null,
        Enum word => word.ToString(),
        true => "True",
        IConvertible number and not (bool or char) => Convert.ToDouble(number, CultureInfo.InvariantCulture) == 0 ? null : Number(number),
        _ => null,
    };

    private static string Number(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string[] WordsOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } words ? Enum.GetNames(words) : [];

    private static IEnumerable<string> Words(CustomAttributeData? data) => data?.ConstructorArguments is [{ Value: IEnumerable<CustomAttributeTypedArgument> words }]
        ? words.Select(word => (string)word.Value!)
        : [];

    private static object? Instance(Type type)
    {
        try
        {
            return Activator.CreateInstance(type);
        }
        catch (TargetInvocationException)
        {
            // It needs a PowerShell that runs; its page says the defaults.
            return null;
        }
    }

    private static CustomAttributeData? Data<T>(MemberInfo member) =>
        member.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType == typeof(T));

    private static object? Argument(CustomAttributeData data, string name) =>
        data.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value;

    // A cmdlet's own parameters come before those of its bases.
    private static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) - 1 : 0;

    private static bool Same(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
