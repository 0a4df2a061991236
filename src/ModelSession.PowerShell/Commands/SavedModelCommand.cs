using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>The base of cmdlets that look into SavedModels.</summary>
public abstract class SavedModelCommand : ModelCmdlet
{
    /// <summary>SavedModels: their folders, or the <c>saved_model.pb</c> or <c>.pbtxt</c> in them; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "The folder of a SavedModel.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "The folder of a SavedModel.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    private protected override string Subject => "Model";
}
