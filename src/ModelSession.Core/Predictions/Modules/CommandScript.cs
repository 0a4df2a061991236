using System.Globalization;
using System.Text;
using ModelSessions.Data;

namespace ModelSessions;

/// <summary>The texts of a module of PowerShell whose only command asks a model.</summary>
internal sealed class CommandScript
{
    private readonly string _module;
    private readonly CommandOptions _options;
    private readonly string _command;
    private readonly string _description;
    private readonly DataContract? _contract;
    private readonly IReadOnlyList<string> _classes;
    private readonly bool _takesPictures;
    private readonly string[] _parameters;

    /// <summary>A module.</summary>
    /// <param name="module">Its name, made of letters, digits, points and lines.</param>
    /// <param name="session">The model.</param>
    /// <param name="options">The command's name, made of letters and digits, and the rest.</param>
    public CommandScript(string module, ModelSession session, CommandOptions options)
    {
        using Predictor predictor = new(session);
        (_module, _options, _command, _contract, _classes) = (module, options, options.Command, predictor.Contract, session.ClassNames);
        _takesPictures = predictor.TakesPictures;
        _parameters = PowerShellText.Parameters([.. Columns.Select(column => column.Name)]);
        string asks = Columns.Count > 0 ? "rows" : _takesPictures ? "pictures" : "examples";
        _description = PowerShellText.Plain(options.Description ?? $"Asks the model {(session.Name.Length > 0 ? session.Name : "of a graph of TensorFlow's")} about {asks}.");
    }

    private IReadOnlyList<DataColumn> Columns => _contract?.Columns ?? [];

    private bool GivesClasses => _classes.Count > 0 || _contract?.ClassCount is not null;

    /// <summary>The files by name.</summary>
    public IReadOnlyDictionary<string, string> Files => new Dictionary<string, string> { [$"{_module}.psd1"] = Manifest(), [$"{_module}.psm1"] = Script() };

    private string Manifest() => Lines($"""
        @{"{"}
            RootModule           = {PowerShellText.Quote($"{_module}.psm1")}
            ModuleVersion        = '{_options.Version}'
            GUID                 = '{Guid.NewGuid()}'
            Author               = {PowerShellText.Quote(Environment.UserName)}
            Description          = {PowerShellText.Quote(_description)}
            CompatiblePSEditions = @('Core')
            PowerShellVersion    = '7.6'
            RequiredModules      = @(@{"{"} ModuleName = 'ModelSession'; ModuleVersion = '{_options.Required}' {"}"})
            FunctionsToExport    = @('{_command}')
            CmdletsToExport      = @()
            VariablesToExport    = @()
            AliasesToExport      = @()
            FileList             = @({PowerShellText.Quote([$"{_module}.psd1", $"{_module}.psm1", CommandModule.ModelFile, $"{CommandModule.ModelFile}.json"])})
        {"}"}
        """);

    private string Script()
    {
        StringBuilder script = new();
        script.Append("# Made by Export-ModelCommand of the module ModelSession. To change what the model knows, export it again.\n\n");
        script.Append("Set-StrictMode -Version 3\n$script:Session = $null\n\n");
        script.Append(CultureInfo.InvariantCulture, $"function {_command} {{\n");
        AppendHelp(script);
        string set = Columns.Count == 0 && _takesPictures ? "DefaultParameterSetName = 'Path'" : "";
        script.Append(CultureInfo.InvariantCulture, $"    [CmdletBinding({set})]\n    [OutputType({(GivesClasses ? "[ModelSessions.ClassPrediction]" : "[ModelSessions.ValuePrediction], [ModelSessions.ClassPrediction], [ModelSessions.TensorPrediction]")})]\n    param(\n");
        script.AppendJoin(",\n\n", Parameters()).Append("\n    )\n\n");
        script.Append(Lines("""
                begin {
                    if (-not $script:Session -or $script:Session.IsDisposed) {
                        $script:Session = ModelSession\Restore-ModelSession -LiteralPath (Join-Path $PSScriptRoot model.pb) -ErrorAction Stop -Verbose:$false
                    }

                    # What fails is told by this command, as its own parameters say.
                    $failed = [System.Collections.ArrayList]::new()
                    $options = @{ Session = $script:Session; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failed' }
            """));
        script.Append(GivesClasses ? "        $options.Top = $Top\n" : "");
        script.Append(Lines("""
                    $steps = { ModelSession\Invoke-ModelPrediction @options }.GetSteppablePipeline($MyInvocation.CommandOrigin)
                    $steps.Begin($true)
                }

                process {
            """));
        script.Append(Process()).Append(Lines("""
                    foreach ($failure in @($failed)) {
                        $failed.Clear()
                        $PSCmdlet.WriteError($failure)
                    }
                }

                end {
                    $steps.End()
                    foreach ($failure in @($failed)) {
                        $PSCmdlet.WriteError($failure)
                    }
                }

                clean {
                    if ($steps) {
                        $steps.Dispose()
                    }
                }
            }

            $ExecutionContext.SessionState.Module.OnRemove = {
                if ($script:Session) {
                    $script:Session.Dispose()
                    $script:Session = $null
                }
            }

            """));
        script.Append(CultureInfo.InvariantCulture, $"Export-ModuleMember -Function '{_command}'\n");
        return script.ToString();
    }

    private void AppendHelp(StringBuilder script)
    {
        string classes = _classes.Count == 0 ? "" : $" It knows the classes {PowerShellText.Plain(string.Join(", ", _classes.Take(20).Select(PowerShellText.Plain)))}{(_classes.Count > 20 ? " and others" : "")}.";
        script.Append(CultureInfo.InvariantCulture, $"    <#\n    .SYNOPSIS\n    {_description}\n\n    .DESCRIPTION\n    {_description}{classes} One object is emitted for each example.\n\n");
        script.Append(CultureInfo.InvariantCulture, $"    .EXAMPLE\n    {(Columns.Count > 0 ? $"Import-Csv data.csv | {_command}" : _takesPictures ? $"Get-ChildItem *.png | {_command}" : $"{_command} $examples")}\n    #>\n");
    }

    private IEnumerable<string> Parameters()
    {
        if (Columns.Count > 0)
        {
            HashSet<string> taken = new(_parameters, StringComparer.OrdinalIgnoreCase);
            for (int i = 0; i < Columns.Count; i++)
            {
                yield return Parameter(Columns[i], _parameters[i], PowerShellText.Alias(Columns[i].Name, _parameters[i], taken));
            }
        }
        else if (_takesPictures)
        {
            yield return Lines("""
                        # Files of pictures; wildcards are allowed.
                        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Path', ValueFromPipeline, HelpMessage = 'Files of pictures; wildcards are allowed.')]
                        [ValidateNotNullOrEmpty()]
                        [SupportsWildcards()]
                        [string[]] $Path,

                        # The same, taken letter by letter.
                        [Parameter(Mandatory, ParameterSetName = 'LiteralPath', ValueFromPipelineByPropertyName, HelpMessage = 'Files of pictures.')]
                        [Alias('PSPath', 'LP')]
                        [ValidateNotNullOrEmpty()]
                        [string[]] $LiteralPath
                """).TrimEnd();
        }
        else
        {
            yield return Lines("""
                        # Examples as the model takes them: arrays, objects with a value for each input.
                        [Parameter(Mandatory, Position = 0, ValueFromPipeline, HelpMessage = 'Examples as the model takes them.')]
                        [ValidateNotNull()]
                        [object] $InputObject
                """).TrimEnd();
        }

        if (GivesClasses)
        {
            yield return Lines("""
                        # How many of the most probable classes are listed in the property Top.
                        [ValidateRange(1, [int]::MaxValue)]
                        [int] $Top = 1
                """).TrimEnd();
        }
    }

    private static string Parameter(DataColumn column, string name, string? alias)
    {
        List<string> lines = [$"# {PowerShellText.Plain(Meaning(column))}"];
        bool mayLack = column.Fill is not null;
        lines.Add($"[Parameter({(mayLack ? "" : "Mandatory, ")}ValueFromPipelineByPropertyName, HelpMessage = {PowerShellText.Quote($"The column {PowerShellText.Plain(column.Name)}.")})]");
        if (alias is not null)
        {
            lines.Add($"[Alias({PowerShellText.Quote(alias)})]");
        }

        if (column.Kind == ColumnKind.Category)
        {
            lines.Add($"[ArgumentCompleter({{ param($command, $parameter, $word) {PowerShellText.Completion(column.Values.Where(value => value.Length > 0).Take(100))} }})]");
            lines.Add($"[string] ${name}");
        }
        else
        {
            string type = column.Kind == ColumnKind.Boolean ? "bool" : "double";
            lines.Add(column.Size == 1 ? $"[ModelSessions.PowerShell.ModelColumn('{column.Kind}')]" : "[ValidateNotNull()]");
            lines.Add(column.Size == 1 ? $"[Nullable[{type}]] ${name}" : $"[{type}[]] ${name}");
        }

        return string.Join("\n", lines.Select(line => $"        {line}"));
    }

    private string Process()
    {
        if (Columns.Count == 0)
        {
            return _takesPictures
                ? Lines("""
                            foreach ($item in $PSCmdlet.ParameterSetName -eq 'Path' ? $Path : $LiteralPath) {
                                $steps.Process(($PSCmdlet.ParameterSetName -eq 'Path' ? $item : [pscustomobject]@{ LiteralPath = $item }))
                            }
                    """)
                : "        $steps.Process($InputObject)\n";
        }

        StringBuilder process = new();
        bool areObjects = Columns.Select(column => column.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() == Columns.Count;
        process.Append(areObjects
            ? Lines("""
                        # What came beside the columns, such as a number of the row, is in the prediction's Source, too.
                        $row = [ordered]@{}
                        if ($MyInvocation.ExpectingInput) {
                            foreach ($property in $_.PSObject.Properties) {
                                $row[$property.Name] = $property.Value
                            }
                        }

                """)
            : "        $row = [System.Collections.Hashtable]::new([System.StringComparer]::Ordinal)\n");
        for (int i = 0; i < Columns.Count; i++)
        {
            process.Append(CultureInfo.InvariantCulture, $"        $row[{PowerShellText.Quote(Columns[i].Name)}] = ${_parameters[i]}\n");
        }

        return process.Append(CultureInfo.InvariantCulture, $"        $steps.Process({(areObjects ? "[pscustomobject] " : "")}$row)\n").ToString();
    }

    // What is to be given; how it becomes numbers nobody needs to know who asks.
    private static string Meaning(DataColumn column)
    {
        string kind = column.Kind switch
        {
            ColumnKind.Category => $"one of {string.Join(", ", column.Values.Where(value => value.Length > 0).Take(8))}{(column.Values.Count > 8 ? $" and {column.Values.Count - 8} more" : "")}",
            ColumnKind.Boolean => "true or false",
            _ => column.Size == 1 ? "a number" : $"{column.Size} numbers",
        };
        string missing = column.Fill is not { } fill ? "" : column.Kind == ColumnKind.Number ? $"; {fill:g6} if it is missing" : "; it may be missing";
        return $"The column {column.Name}: {kind}{missing}.";
    }

    private static string Lines(string text) => text.ReplaceLineEndings("\n") + "\n";
}
