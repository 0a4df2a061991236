BeforeDiscovery {
    . $PSScriptRoot/Fixtures/Tour.ps1
    $numbers = 1..@(Get-TourBlock).Count
}

Describe 'The tour of the README' {
    BeforeAll {
        Set-StrictMode -Version 3
        . $PSScriptRoot/Fixtures/Tour.ps1
        $blocks = @(Get-TourBlock)
        $module = Join-Path (Get-Module ModelSession).ModuleBase ModelSession.psd1
        $printed = @(Invoke-Tour $blocks $module (Join-Path $TestDrive tour))
        if ($env:MODELSESSION_WRITE_TOUR) {
            Set-Tour $blocks $printed
            $blocks = @(Get-TourBlock)
        }
    }

    It 'prints what block <_> says' -ForEach $numbers {
        Compare-Tour $blocks[$_ - 1].Text $printed[$_ - 1] | Should -BeNullOrEmpty
    }

    It 'is compared letter by letter, but for times and the last digits of results' {
        Compare-Tour "PS> a`nLoss 0.1234  3 s`n" "PS> a`nLoss 0.1199   12 s`n" | Should -BeNullOrEmpty
        Compare-Tour "PS> a`nLoss 0.1234 3 s`n" "PS> a`nLoss 0.9 3 s`n" | Should -BeLike "line 2: the README says 'Loss 0.1234*, printed is 'Loss 0.9*"
        Compare-Tour "PS> a`nLoss 0.12`n" "PS> a`nloss 0.12`n" | Should -HaveCount 1
        Compare-Tour "PS> a`n360 steps`n" "PS> a`n361 steps`n" | Should -HaveCount 1
        Compare-Tour "PS> a`nx`n" "PS> a`nx`ny`n" | Should -HaveCount 1
        Compare-Tour "PS> a`n3 s rate: 0.001; keep: 0.5`n" "PS> a`n12 s rate: 0.001; keep:…`n" | Should -BeNullOrEmpty
        Compare-Tour "PS> a`n3 s rate: 0.001; keep: 0.5`n" "PS> a`n12 s…`n" | Should -HaveCount 1
    }
}

Describe 'What the README says besides' {
    It 'works with files as it is printed, here with a small model' {
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive files))
        try {
            $s = New-ModelSession Mnist -Layer1 2 -Layer2 2
            $first = $s | Save-ModelCheckpoint ./digits
            $second = $s | Invoke-ModelTraining (Import-ModelDataset).Validation -Steps 2 | Save-ModelCheckpoint
            (Get-ModelCheckpoint ./digits -Newest | Get-GraphTensor *fc1*).Name | Should -Contain 'model/fc1/bias'
            Test-ModelCheckpoint ./digits -Quiet | Should -Be $true, $true
            (Compare-ModelCheckpoint $first $second).Name | Should -Contain 'iteration'
            Copy-ModelCheckpoint ./digits ./best -Name best -Keep
            ($s | Restore-ModelCheckpoint ./best -Include model/* -Partial).IsComplete | Should -BeTrue
            $s | Export-ModelGraph ./digits.pb -Frozen -Output predictions
            $s | Export-ModelGraph ./served
            (Get-ModelSignature ./served).Name | Should -Be 'serving_default'
            $image = , (@(0) * 784)
            $result = Restore-ModelSession ./served | Invoke-ModelSession -Signature serving_default -Feed @{ inputs = $image }
            $expected = $result.predictions.ToArray()
            $teacher = $s | Import-ModelGraph ./digits.pb -Prefix teacher -InputMap @{ 'parameters/x:0' = 'inputs' } -ReturnElement model/probabilities:0
            ($s | Invoke-ModelSession $teacher.Name -Feed @{ inputs = $image; 'teacher/parameters/keep_probability' = 1 }).($teacher.Name).ToArray() | Should -Be $expected

            $story = [pscustomobject]@{ image = $s.Tensor('inputs'); digit = $s.Tensor('predictions') }
            $story | Export-ModelBinding ./story.json
            $t = Restore-ModelSession ./digits
            ($t | Import-ModelBinding ./story.json).digit.Name | Should -Be $story.digit.Name
            $t | Set-GraphCollection notes 'first try', @{ rate = 1e-4 }
            @($t | Get-GraphCollection notes -ValueOnly)[0] | Should -Be 'first try'
        }
        finally {
            Pop-Location
        }
    }
}
