using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>The base of cmdlets that give checkpoints protection from being removed when newer ones are saved, or take it back.</summary>
public abstract class ProtectionCommand : CheckpointCommand
{
    /// <summary>Emits the checkpoint as it is then.</summary>
    [Parameter(HelpMessage = "Emit the checkpoint as it is then.")]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, as <c>-WhatIf</c> says it.</summary>
    private protected abstract string Action { get; }

    /// <summary>Does it; the checkpoint as it is then.</summary>
    private protected abstract CheckpointInfo Change(CheckpointInfo checkpoint);

    /// <inheritdoc/>
    private protected sealed override void Process(CheckpointInfo checkpoint)
    {
        if (ShouldProcess(checkpoint.Prefix, Action))
        {
            CheckpointInfo changed = Change(checkpoint);
            if (PassThru)
            {
                WriteObject(changed);
            }
        }
    }
}
