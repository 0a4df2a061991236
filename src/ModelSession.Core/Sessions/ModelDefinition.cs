using System.Reflection;

namespace ModelSessions;

/// <summary>Describes a model. Structural parameters are the public properties of a derived class; <see cref="Build"/> makes the graph.</summary>
/// <remarks>A checkpoint holds the graph and the structure, so a session is restored without the class.</remarks>
public abstract class ModelDefinition
{
    /// <summary>A short name that is stored with the graph; by default the class's, without "Model" at its end.</summary>
    public virtual string Name => GetType().Name is { Length: > 5 } name && name.EndsWith("Model", StringComparison.Ordinal) ? name[..^5] : GetType().Name;

    /// <summary>What is fed at each call, with the values for training and for evaluation.</summary>
    public virtual IReadOnlyList<Hyperparameter> Hyperparameters => [];

    /// <summary>What the classes are called that the model tells apart, in the order of their numbers; empty for none.</summary>
    public virtual IReadOnlyList<string> ClassNames => [];

    /// <summary>What a structural parameter may be, where that is one of a few texts; none where it may be anything. Completion goes by it.</summary>
    /// <param name="parameter">Its name.</param>
    public virtual IReadOnlyCollection<string> Choices(string parameter) => [];

    /// <summary>Adds the model's operations to the builder's graph and says which tensor has which role (see <see cref="Roles"/>).</summary>
    public abstract Binding Build(GraphBuilder g);

    /// <summary>The structural parameters: the readable public properties of simple types (number, boolean, text, enum, and arrays of these)
    /// that derived classes add.</summary>
    public virtual IReadOnlyDictionary<string, object> Structure() => new Dictionary<string, object>(
        StructuralProperties(GetType())
            .Select(property => KeyValuePair.Create(property.Name, property.GetValue(this)))
            .Where(pair => pair.Value is not null)!,
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The properties of a definition's class that are structural parameters, the class's own before those of its base classes.</summary>
    public static IReadOnlyList<PropertyInfo> StructuralProperties(Type definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return
        [
            .. definition.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0
                    && property.DeclaringType != typeof(ModelDefinition) && property.GetMethod.GetBaseDefinition().DeclaringType != typeof(ModelDefinition)
                    && IsSimple(property.PropertyType))
                .OrderByDescending(property => Depth(property.DeclaringType!)).ThenBy(property => property.MetadataToken),
        ];
    }

    private static bool IsSimple(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(decimal)
            || (plain.IsArray && plain.GetArrayRank() == 1 && IsSimple(plain.GetElementType()!));
    }

    private static int Depth(Type type)
    {
        int depth = 0;
        for (Type? at = type.BaseType; at is not null; at = at.BaseType)
        {
            depth++;
        }

        return depth;
    }
}
