namespace ModelSessions.Data;

/// <summary>The columns of a contract.</summary>
/// <remarks>An interface, as <see cref="IGraphContent"/> is: below a session or a dataset ConvertTo-Json tells the columns' names.</remarks>
public interface IContractContent
{
    /// <summary>The columns that become an example, in the order of its numbers; empty where the raw data are arrays.</summary>
    IReadOnlyList<DataColumn> Columns { get; }
}

/// <summary>The columns of a contract, as a property of it.</summary>
public static class ContractContent
{
    extension(DataContract contract)
    {
        /// <inheritdoc cref="IContractContent.Columns"/>
        public IReadOnlyList<DataColumn> Columns => ((IContractContent)contract).Columns;
    }
}
