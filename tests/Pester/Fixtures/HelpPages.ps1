# The pages of docs/en-US as tests take them.
$HelpFolder = Join-Path $PSScriptRoot .. .. .. docs en-US

# The blocks of commands of a page, with the setup that stands before them, and with what is printed if the page says it. Of a cmdlet's page
# those under Examples; of a page about a topic all in one, as its reader
# types them.
function Get-HelpExample([string] $Path) {
    $page = Split-Path -LeafBase $Path
    $isTopic = $page -like 'about_*'
    $lines = [System.IO.File]::ReadAllLines($Path)
    $setup = $title = ''
    $inExamples = $isTopic
    $example = $null
    for ($i = 0; $i -lt $lines.Count; $i++) {
        switch -Regex ($lines[$i]) {
            '^## (.*)' { $inExamples = $isTopic -or $Matches[1] -eq 'Examples' }
            '^#{2,3} (.*)' { $title = $Matches[1] }
            '^<!-- setup' {
                $first = ++$i
                while ($lines[$i] -ne '-->') { $i++ }
                $setup = $lines[$first..($i - 1)] -join "`n"
            }
            '^```(\w*)' {
                $language = $Matches[1]
                $first = ++$i
                while ($lines[$i] -ne '```') { $i++ }
                $text = $i -gt $first ? ($lines[$first..($i - 1)] -join "`n") : ''
                if ($inExamples -and $language -eq 'powershell') {
                    if ($isTopic -and $example) {
                        $example.Code += "`n$text"
                        continue
                    }
                    if ($example) { $example }
                    $example = @{ Page = $page; Title = $title; Setup = $setup; Code = $text; Output = $null }
                }
                elseif ($inExamples -and $language -eq 'output') {
                    $example.Output = $text
                }
            }
        }
    }
    $example
}

# What is printed by an example that runs alone; the first error ends it.
function Invoke-HelpExample([string] $Setup, [string] $Code, [string] $Folder) {
    $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
    try {
        $printed = $shell.AddScript({
                param($folder, $module, $setup, $code)
                Set-StrictMode -Version 3
                $ErrorActionPreference = 'Stop'
                $ProgressPreference = 'SilentlyContinue'
                $PSStyle.OutputRendering = 'PlainText'
                Set-Location $folder
                Import-Module $module
                # Those of examples before it, which nobody holds.
                Get-ModelSession | Remove-ModelSession -Force
                . ([scriptblock]::Create($setup)) | Out-Null
                $shown = { process { $_ -is [System.Management.Automation.WarningRecord] ? "WARNING: $_" : $_ } }
                . ([scriptblock]::Create($code)) 3>&1 | & $shown | Out-String -Width 250
            }).AddParameters(@($Folder, (Join-Path (Get-Module ModelSession).ModuleBase ModelSession.psd1), $Setup, $Code)).Invoke()
        ($printed -join '').Replace("`r", '').Trim("`n")
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

# Text without what differs from run to run and from machine to machine: folders, numbers of sessions, times, sizes, speeds, the last digits of results, the width of columns.
function Hide-Difference([string] $Text, [string] $Folder) {
    $number = '\d[\d.,]*'
    $lines = $Text.Replace($Folder, '.').Replace('\', '/') -split "`n" | ForEach-Object {
        $_ -replace '\d{1,4}[-/]\d{1,2}[-/]\d{1,4}', 'DATE' `
            -replace '\d{1,2}:\d\d(:\d\d)?(\.\d+)?( [AP]M)?', 'TIME' `
            -replace "\b$number (k|M|G)?B\b", 'SIZE' `
            -replace "\b$number (steps|examples)/s", 'SPEED' `
            -replace "\b$number (ms|µs|us|s|min|h|d)\b", 'AGE' `
            -replace '\d+\.\d{4}(?= Embedded)', 'LOSS' `
            -replace '(\d\.\d{2})\d+', '$1' `
            -replace '^\s*\d+ (?=[A-Z]\w+ +\w+=)', 'ID ' `
            -replace '-{2,}', '--' `
            -replace '\s+', ' '
    }
    (($lines | ForEach-Object Trim) -join "`n").Trim("`n")
}

# Puts what is printed into the page: a tool for authors.
function Set-HelpOutput([string] $Page, [string] $Code, [string] $Printed) {
    $path = Join-Path $HelpFolder "$Page.md"
    $text = [System.IO.File]::ReadAllText($path)
    $fence = "``````output`n"
    $start = $text.IndexOf($fence, $text.IndexOf($Code)) + $fence.Length
    $end = $text.IndexOf('```', $start)
    $lines = ($Printed -split "`n" | ForEach-Object { ($_ -replace '^\s*\d+ (?=[A-Z]\w+ +\w+=)', ' 1 ').TrimEnd() }) -join "`n"
    [System.IO.File]::WriteAllText($path, $text.Substring(0, $start) + $lines.Trim("`n") + "`n" + $text.Substring($end))
}
