# The tour of the README: a session at the prompt, in blocks of text whose commands stand behind 'PS> '.
$TourPage = Join-Path $PSScriptRoot .. .. .. README.md

# The blocks of the tour with their commands, each with what is printed behind it.
function Get-TourBlock([string] $Path = $TourPage) {
    $text = [IO.File]::ReadAllText($Path).Replace("`r", '')
    foreach ($block in [regex]::Matches($text, '(?ms)^```text\n(PS> .*?)^```$')) {
        $entries = [regex]::Matches($block.Groups[1].Value, '(?ms)^PS> (?<command>[^\n]*\n(?:>> [^\n]*\n)*)(?<printed>.*?)(?=^PS> |\z)')
        [pscustomobject]@{
            Index = $block.Groups[1].Index
            Text = $block.Groups[1].Value
            Command = @($entries.ForEach({ ($_.Groups['command'].Value -replace '(?m)^>> ').Trim() }))
        }
    }
}

# What today's module prints: the same blocks, run one after the other in a new pwsh of 120 columns without colours, in an empty folder.
function Invoke-Tour([object[]] $Block, [string] $Module, [string] $Folder) {
    $work = New-Item -ItemType Directory $Folder
    $request = Join-Path $work request.json
    ConvertTo-Json @($Block.Command) | Set-Content -LiteralPath $request
    $run = {
        param($Request, $Module)
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $null = $shell.AddScript({
                param($module, $folder)
                $PSStyle.OutputRendering = 'PlainText'
                $ProgressPreference = 'SilentlyContinue'
                Import-Module $module
                Set-Location $folder
            }).AddParameters(@($Module, (Split-Path $Request))).Invoke()
        $printed = foreach ($command in Get-Content -Raw $Request | ConvertFrom-Json) {
            $shell.Commands.Clear()
            $null = $shell.AddScript($command, $false)
            $shell.Commands.Commands[0].MergeMyResults('Error', 'Output')
            $shell.Commands.Commands[0].MergeMyResults('Warning', 'Output')
            $shell.AddCommand('Out-String').AddParameter('Width', 120).Invoke() -join ''
        }
        ConvertTo-Json @($printed)
    }
    $answer = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command $run -args $request, $Module | Out-String | ConvertFrom-Json
    # The folder's own name is nobody's business.
    $answer = @($answer).ForEach({ "$_".Replace("`r", '').Replace($work.FullName, '/home/ada') })
    $next = 0
    foreach ($one in $Block) {
        $lines = foreach ($command in $one.Command) {
            $first, $rest = $command -split "`n"
            "PS> $first"
            $rest.ForEach({ ">> $_" })
            if ($answer[$next]) {
                ($answer[$next].TrimEnd("`n") + ($answer[$next].EndsWith("`n`n") ? "`n" : '')) -split "`n" | ForEach-Object TrimEnd
            }
            $next++
        }
        ($lines -join "`n").TrimEnd("`n") + "`n"
    }
}

# Compares what is printed with what the page says, line by line. These may differ from run to run and are masked on both sides: dates and
# times, durations, speeds, sizes of files, what Measure-Model measures, the shape of a loss curve, the width of columns and what it cuts off
# at the end of a line. Numbers with a fraction (losses, accuracies, statistics) depend on how many numbers the processor adds at once, in
# their last digits, and on what the training made of that: they may differ by 0.05, or by a tenth. All else is compared letter by letter.
function Compare-Tour([string] $Said, [string] $Printed) {
    $left, $right = @($Said, $Printed).ForEach({ , @(Hide-TourDifference $_) })
    for ($i = 0; $i -lt [Math]::Max($left.Count, $right.Count); $i++) {
        $a = $i -lt $left.Count ? $left[$i] : ''
        $b = $i -lt $right.Count ? $right[$i] : ''
        if (-not (Test-TourLine $a $b)) {
            "line $($i + 1): the README says '$a', printed is '$b'"
        }
    }
}

function Hide-TourDifference([string] $Text) {
    $Text.TrimEnd("`n") -split "`n" | ForEach-Object {
        ($_ -replace '\d{4}-\d\d-\d\d \d\d:\d\d', 'TIME' `
            -replace '\b\d[\d.,]* (ms|µs|us|s|min|h|d)\b', 'DURATION' `
            -replace '\b[\d.,]+ (steps|examples)/s', 'SPEED' `
            -replace '\b\d[\d.,]* (k|M|G)?B\b', 'SIZE' `
            -replace '[▁▂▃▄▅▆▇█]{2,}', 'COURSE' `
            -replace '\) at (\d+)\s+(\d+)\s+\d.*', ') at $1 $2 MEASURED' `
            -replace '-{2,}', '--' `
            -replace '\s+', ' ').Trim()
    }
}

function Test-TourLine([string] $A, [string] $B) {
    if ($A.EndsWith('…') -or $B.EndsWith('…')) {
        $length = [Math]::Min($A.TrimEnd('…').Length, $B.TrimEnd('…').Length)
        if ($length -lt 0.7 * [Math]::Max($A.Length, $B.Length)) {
            return $false
        }
        $A = $A.Substring(0, $length)
        $B = $B.Substring(0, $length)
    }
    $number = '-?\d+\.\d+(?:[eE][-+]?\d+)?'
    if (($A -replace $number, '#') -cne ($B -replace $number, '#')) {
        return $false
    }
    $said = [regex]::Matches($A, $number)
    $printed = [regex]::Matches($B, $number)
    for ($i = 0; $i -lt $said.Count; $i++) {
        $x = [double] $said[$i].Value
        $y = [double] $printed[$i].Value
        if ([Math]::Abs($x - $y) -gt [Math]::Max(0.05, 0.1 * [Math]::Abs($x))) {
            return $false
        }
    }
    $true
}

# Puts what is printed today into the page.
function Set-Tour([object[]] $Block, [string[]] $Printed, [string] $Path = $TourPage) {
    $text = [IO.File]::ReadAllText($Path).Replace("`r", '')
    for ($i = $Block.Count - 1; $i -ge 0; $i--) {
        $text = $text.Remove($Block[$i].Index, $Block[$i].Text.Length).Insert($Block[$i].Index, $Printed[$i])
    }
    [IO.File]::WriteAllText($Path, $text)
}
