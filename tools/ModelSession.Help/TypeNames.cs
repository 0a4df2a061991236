namespace ModelSessions.Help;

/// <summary>Types as PowerShell calls them.</summary>
internal static class TypeNames
{
    /// <summary><c>string[]</c>, <c>int</c>, <c>ModelSession</c>.</summary>
    public static string Of(Type type) => type switch
    {
        { IsArray: true } => Of(type.GetElementType()!) + "[]",
        _ when Nullable.GetUnderlyingType(type) is { } inner => Of(inner),
        { Name: "SwitchParameter" } => "switch",
        _ => type.FullName switch
        {
            "System.Boolean" => "bool",
            "System.Char" => "char",
            "System.Double" => "double",
            "System.Int32" => "int",
            "System.Int64" => "long",
            "System.Object" => "Object",
            "System.Single" => "float",
            "System.String" => "string",
            _ => type.Name,
        },
    };
}
